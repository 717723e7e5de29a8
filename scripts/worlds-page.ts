import type { Tolerances } from "#sim/worlds/tolerances.ts";
import type { Decided } from "#sim/worlds/undecided.ts";

/** One comparison of two worlds, as a page tells of it. */
export interface WorldsRow {
  /** File name without its end. */
  readonly scenario: string;
  readonly unit: string;
  readonly livedMs: number;
  readonly seed: number;
  readonly comparison: Decided;
  readonly tolerances: Tolerances;
  /** Real time that the kernel's world took. */
  readonly tookMs: number;
}

const head = `# Two worlds, one street

The same scenario lived in virtual time and, with one unit as its unmodified bundle, under a kernel that travels in time:
what the unit told in either, and how much of it the other does not account for. Undecided is how often it did not account for
what virtual time tells otherwise itself if the unit begins some milliseconds later: a reading on the brink falls to either
side. A row is what \`npx plinth diff-worlds sim/scenarios/<scenario>.yaml --unit <unit> --page <this file>\` found when it
was last run, with \`--for\` where not the whole scenario was lived.

| scenario | unit | lived | seed | within | subjects | told | unexplained | undecided | took |
| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |
`;

/** A page with this row in the place of what it told of the same scenario and unit before. @param page empty at first */
export function withRow(page: string, row: WorldsRow): string {
  const own = rowStart(row);
  const others = page.split("\n").filter((line) => line.startsWith("| `") && !line.startsWith(own));
  return `${head}${[...others, lineOf(row)].sort().join("\n")}\n`;
}

const rowStart = ({ scenario, unit }: WorldsRow) => `| \`${scenario}\` | ${unit} | `;

function lineOf(row: WorldsRow): string {
  const { livedMs, seed, tookMs, comparison, tolerances } = row;
  const { subjects, told, differences, undecided } = comparison;
  const cells = [
    timeText(livedMs),
    String(seed),
    `${tolerances.timeMs / 1_000} s, ${tolerances.share * 100} %, steps: ${tolerances.steps}`,
    String(subjects),
    told.toLocaleString("en-GB"),
    String(differences.length),
    String(undecided),
    timeText(tookMs),
  ];
  return `${rowStart(row)}${cells.join(" | ")} |`;
}

function timeText(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return ms < 3 * 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Number((ms / 3_600_000).toFixed(1))} h`;
}
