import type { Aim, Result, Table } from "./benchmark.ts";
import type { Figure } from "./statistics.ts";

/** Markdown: what was measured, with the spread in brackets where there was more than one run. */
export function markdown({ tables, aims, notes }: Result): string {
  return [...tables.map(table), aims.map(aim).join("\n"), notes.map((note) => `- ${note}`).join("\n")]
    .filter((part) => part !== "")
    .join("\n\n");
}

function table({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = ["", ...columns];
  return [
    `### ${title}`,
    "",
    line(head),
    line(head.map((_, index) => (index === 0 ? "---" : "---:"))),
    ...rows.map(({ subject, figures }) => line([subject, ...figures.map(written)])),
  ].join("\n");
}

const aim = ({ text, measured, met }: Aim) => `**${met ? "met" : "not met"}**: ${text}; measured ${measured}`;

/** A median, and the spread in brackets where there was more than one run. */
export const written = ({ median, min, max, count }: Figure): string =>
  count > 1 && min !== max ? `${number(median)} (${number(min)}-${number(max)})` : number(median);

/** Three digits that count, without an exponent. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return digits >= 3 ? Math.round(value).toLocaleString("en-GB") : value.toFixed(Math.max(0, 2 - digits));
}
