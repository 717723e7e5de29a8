import type { ExpectationResult } from "#sim/scenario/expectations.ts";
import type { Scenario } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";

/** A summary for a person: what the night cost, who was there, what went wrong, and whether it was as expected. */
export function report(summary: Summary, scenario: Scenario): string {
  const { presence, records, faults, expectations } = summary;
  const hours = summary.virtualSeconds / 3_600;
  const speed = summary.virtualSeconds / summary.wallSeconds;
  const lines = [
    `${scenario.title}, seed ${summary.seed}`,
    `  ${hours.toFixed(1)} h of ${lights(summary.units)} in ${summary.wallSeconds.toFixed(1)} s, ${Math.round(speed)} times real time`,
    "",
    `  energy      ${energy(summary)}`,
    `  dark        ${summary.darkSeconds.toFixed(1)} s in hours that need light, ${summary.longestDarkSeconds.toFixed(1)} s at most on end`,
    `  presence    ${presence.actual} times somebody was there: ${presence.seen} seen, ${presence.missed} missed`,
    `              ${presence.false} times nobody was; ${presence.falseSeconds.toFixed(0)} s reported for nobody`,
    `  records     ${records.made} made: ${records.delivered} in the city, ${records.waiting} waiting, ${records.lost} lost,`,
    `              ${records.superseded} states superseded by newer ones; ${records.duplicated} duplicates dropped`,
    "",
    "  lamp-minutes at level",
    ...histogram(summary.minutesAtLevel),
  ];
  if (faults.length > 0) lines.push("", "  faults met", ...counted(faults));
  if (expectations.length > 0) lines.push("", "  expected", ...expectations.map(expectation));
  lines.push("", `  digest ${summary.digest}`);
  return lines.join("\n");
}

/** `1 light`, `6 lights`. */
export const lights = (count: number) => `${count} light${count === 1 ? "" : "s"}`;

function energy({ energyWh, energyAlwaysFullWh, energyShare }: Summary): string {
  if (energyShare === null) return `${kwh(energyWh)}, without a night`;
  const saved = ((1 - energyShare) * 100).toFixed(0);
  return `${kwh(energyWh)} of ${kwh(energyAlwaysFullWh)} at full all night: ${saved} % saved`;
}

/** A line for each kind of fault, and how often it came. */
function counted(faults: readonly string[]): string[] {
  return [...new Set(faults)].map((fault) => {
    const times = faults.filter((one) => one === fault).length;
    return `    ${fault}${times > 1 ? `, ${times} times` : ""}`;
  });
}

const kwh = (wh: number) => `${(wh / 1_000).toFixed(2)} kWh`;

function histogram(minutes: Readonly<Record<string, number>>): string[] {
  const most = Math.max(...Object.values(minutes));
  return Object.entries(minutes).map(([level, value]) => {
    const bar = "▇".repeat(Math.round((value / most) * 40));
    return `    ${level.padStart(3)} % ${value.toFixed(0).padStart(6)} min ${bar}`.trimEnd();
  });
}

function expectation({ path, min, max, actual, met }: ExpectationResult): string {
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  const wanted = bounds.filter(Boolean).join(" and ");
  return `    ${met ? "✔" : "✘"} ${path} is ${actual ?? "not to be told"}, ${wanted}`;
}
