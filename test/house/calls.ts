import { codeOf, isTest, type Source } from "./sources.ts";

interface Exemption {
  readonly path: string;
  readonly call: string;
  readonly reason: string;
}

/** What stands outside the simulated world on purpose. */
export const exemptions: readonly Exemption[] = [
  { path: "firmware/ports/clock.ts", call: "setTimeout", reason: "the real clock port" },
  { path: "firmware/ports/clock.ts", call: "performance.now", reason: "the real clock port" },
  { path: "firmware/ports/clock.ts", call: "Date.now", reason: "the real clock port" },
  { path: "firmware/johnny-five/realm.ts", call: "setTimeout", reason: "puts the unit's clock in its place" },
  {
    path: "firmware/johnny-five/realm.ts",
    call: "setInterval",
    reason: "puts the unit's clock in its place",
  },
  { path: "firmware/johnny-five/realm.ts", call: "Date.now", reason: "puts the unit's clock in its place" },
  { path: "firmware/johnny-five/io.ts", call: "setTimeout", reason: "the realm's, on the unit's clock" },
  {
    path: "firmware/johnny-five/program.ts",
    call: "setInterval",
    reason: "the realm's, on the unit's clock",
  },
  { path: "firmware/johnny-five/program.ts", call: "Date.now", reason: "the realm's, on the unit's clock" },
  { path: "flows/node/clock.ts", call: "setTimeout", reason: "the real clock port, in Node-RED" },
  { path: "flows/node/clock.ts", call: "Date.now", reason: "the real clock port, in Node-RED" },
  { path: "scripts/verbs/start.ts", call: "Date.now", reason: "the street begins on the evening of today" },
  { path: "sim/loop.ts", call: "setTimeout", reason: "follows real time, for the street page" },
];

/** Each banned call, and what to use in its place. */
const banned: Readonly<Record<string, string>> = {
  setTimeout: "Clock.after, or sleep",
  setInterval: "Clock.every",
  "Date.now": "Clock.wall",
  "performance.now": "Clock.now",
  "Math.random": "a generator with a seed",
  "process.exit": "process.exitCode, so that output is flushed",
};

const callsOf = (source: Source) => {
  const code = codeOf(source.text);
  const called = Object.keys(banned).filter((call) =>
    new RegExp(`\\b${call.replace(".", "\\.")}\\b`).test(code),
  );
  return /\bnew Date\(\)/.test(code) ? [...called, "new Date()"] : called;
};

const isExempt = (source: Source, call: string) =>
  exemptions.some((exemption) => exemption.path === source.path && exemption.call === call);

/**
 * Time comes from the clock port and chance from a seed; otherwise a run cannot be repeated. Tests of real I/O may
 * wait, but nothing may be random without a seed.
 */
export function repeatable(source: Source): string[] {
  return callsOf(source)
    .filter((call) => call === "Math.random" || !isTest(source))
    .filter((call) => !isExempt(source, call))
    .map((call) => `${call}: use ${banned[call] ?? banned["Date.now"]}`);
}

/** Exemptions that nobody needs any more. */
export function unused(all: readonly Source[]): Exemption[] {
  return exemptions.filter(
    ({ path, call }) => !all.some((source) => source.path === path && callsOf(source).includes(call)),
  );
}
