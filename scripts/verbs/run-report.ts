import type { Scenario } from "#sim/scenario/scenario.ts";
import type { ExpectationResult, Summary } from "#sim/scenario/summary.ts";

/** A summary for a person: what the night cost, who was there, what went wrong, and whether it was as expected. */
export function report(summary: Summary, scenario: Scenario): string {
  const { presence, records, faults, expectations } = summary;
  const saved = 1 - summary.energyShare;
  const hours = summary.virtualSeconds / 3_600;
  const speed = summary.virtualSeconds / summary.wallSeconds;
  const lines = [
    `${scenario.title}, seed ${summary.seed}`,
    `  ${hours.toFixed(1)} h of ${summary.units} lights in ${summary.wallSeconds.toFixed(1)} s, ${Math.round(speed)} times real time`,
    "",
    `  energy      ${kwh(summary.energyWh)} of ${kwh(summary.energyAlwaysFullWh)} at full all night: ${(saved * 100).toFixed(0)} % saved`,
    `  dark        ${summary.darkSeconds.toFixed(1)} s in hours that need light, ${summary.longestDarkSeconds.toFixed(1)} s at most on end`,
    `  presence    ${presence.actual} times somebody was there: ${presence.seen} seen, ${presence.missed} missed; ${presence.false} false`,
    `  records     ${records.made} made, ${records.delivered} in the city, ${records.waiting} waiting, ${records.superseded} superseded, ${records.lost} lost, ${records.duplicated} duplicates dropped`,
    "",
    "  lamp-minutes at level",
    ...histogram(summary.minutesAtLevel),
  ];
  if (faults.length > 0) lines.push("", "  faults met", ...faults.map((fault) => `    ${fault}`));
  if (expectations.length > 0) lines.push("", "  expected", ...expectations.map(expectation));
  lines.push("", `  digest ${summary.digest}`);
  return lines.join("\n");
}

const kwh = (wh: number) => `${(wh / 1_000).toFixed(2)} kWh`;

function histogram(minutes: Readonly<Record<string, number>>): string[] {
  const most = Math.max(...Object.values(minutes));
  return Object.entries(minutes).map(([level, value]) => {
    const bar = "▇".repeat(Math.round((value / most) * 40));
    return `    ${level.padStart(3)} % ${value.toFixed(0).padStart(6)} min ${bar}`;
  });
}

function expectation({ path, min, max, actual, met }: ExpectationResult): string {
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  const wanted = bounds.filter(Boolean).join(" and ");
  return `    ${met ? "✔" : "✘"} ${path} is ${actual ?? "not in the summary"}, ${wanted}`;
}
