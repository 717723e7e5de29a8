import { codeOf, type Source } from "./sources.ts";

const linesMax = 500;

/** A file fits a sitting. */
export function short({ text }: Source): string[] {
  const lines = text.split("\n").length - 1;
  return lines > linesMax ? [`${lines} lines, at most ${linesMax}`] : [];
}

const switches = [
  "@ts-ignore",
  "@ts-nocheck",
  "@ts-expect-error",
  "biome-ignore",
  "eslint-disable",
  "TODO",
  "FIXME",
];

/** Nobody turns a check off or puts a thing off: it is done, or it is in an issue. Rules may name what they forbid. */
export function finished({ path, text }: Source): string[] {
  return path.startsWith("test/house/") ? [] : switches.filter((word) => new RegExp(`${word}\\b`).test(text));
}

/** Tests that do not run prove nothing. `skipIf`, which says when, is allowed. */
export function running({ text }: Source): string[] {
  return codeOf(text).match(/\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|fails)\b/g) ?? [];
}

const vague = /(?:^|[-/.])(?:utils?|helpers?|common|misc|managers?|shared|lib)(?=[-/.])/;

/** A name says what a file holds. */
export function named({ path }: Source): string[] {
  return vague.exec(path)?.slice(0, 1) ?? [];
}
