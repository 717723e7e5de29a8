import type { Figure, KindModel } from "#sim/kinds/model.ts";
import type { ExpectationResult } from "#sim/scenario/expectations.ts";
import type { KindFigures } from "#sim/scenario/figures.ts";
import { inventory, type Scenario } from "#sim/scenario/scenario.ts";
import type { Summary } from "#sim/scenario/summary.ts";

/** A summary for a person: what each kind did, what is true beside what was told, and whether it was as expected. */
export function report(summary: Summary, scenario: Scenario): string {
  const { records, faults, expectations, kinds } = summary;
  const hours = summary.virtualSeconds / 3_600;
  const speed = summary.virtualSeconds / summary.wallSeconds;
  const models = [...new Set(scenario.units.map(({ model }) => model))];
  const lines = [
    `${scenario.title}, seed ${summary.seed}`,
    `  ${hours.toFixed(1)} h of ${inventory(scenario)} in ${summary.wallSeconds.toFixed(1)} s, ${Math.round(speed)} times real time`,
    ...models.flatMap((model) => ["", ...story(model, kinds[model.kind]!, models.length > 1)]),
    ...(models.length > 1 ? [""] : []),
    ...passage(
      "records",
      `${records.made} made: ${records.delivered} in the city, ${records.waiting} waiting, ${records.lost} lost,`,
      `${records.superseded} states superseded by newer ones; ${records.duplicated} duplicates dropped`,
    ),
    ...models.flatMap((model) => [
      ...table(model, kinds[model.kind]!),
      ...histograms(model, kinds[model.kind]!),
    ]),
  ];
  if (faults.length > 0) lines.push("", "  faults met", ...counted(faults));
  if (expectations.length > 0) lines.push("", "  expected", ...expectations.map(expectation));
  return lines.join("\n");
}

const passage = (label: string, first: string, ...more: readonly string[]) => [
  `  ${label.padEnd(11)} ${first}`,
  ...more.map((line) => `${" ".repeat(14)}${line}`),
];

/** What the kind says of itself; under its name where there are others. */
function story(model: KindModel, found: KindFigures, named: boolean): string[] {
  const told = (path: string) => {
    if (found[path] === undefined) throw new RangeError(`${model.kind} has no figure ${path}`);
    return found[path] ?? Number.NaN;
  };
  const passages = model
    .report(told)
    .flatMap(([label, first = "", ...more]) => passage(label, first, ...more));
  return named ? [`  ${model.noun.many}`, ...passages] : passages;
}

/** Truth against measured, where a figure says what it should have been. */
function table({ figures, noun }: KindModel, found: KindFigures): string[] {
  const rows = Object.entries(figures).flatMap(([path, figure]) =>
    figure.truth === undefined ? [] : [row(figure, found[figure.truth] ?? null, found[path] ?? null)],
  );
  if (rows.length === 0) return [];
  const widths = ["truth", "measured", "off"].map((head, column) =>
    Math.max(head.length, ...rows.map(({ cells }) => cells[column]!.length)),
  );
  const cells = (texts: readonly string[]) =>
    texts.map((text, column) => text.padStart(widths[column]!)).join("  ");
  const title = Math.max(noun.many.length + 2, ...rows.map((each) => each.title.length));
  return [
    "",
    `  ${noun.many.padEnd(title + 2)}  ${cells(["truth", "measured", "off"])}`,
    ...rows.map((each) => `    ${each.title.padEnd(title)}  ${cells(each.cells)}`),
  ];
}

function row({ title, unit, decimals }: Figure, truth: number | null, measured: number | null) {
  const said = (value: number | null) => (value === null ? "-" : value.toFixed(decimals));
  const off = truth === null || measured === null || truth === 0 ? undefined : (measured / truth - 1) * 100;
  return {
    title: unit === "1" ? title : `${title}, ${unit}`,
    cells: [said(truth), said(measured), off === undefined ? "-" : `${signed(off)} %`],
  };
}

const signed = (percent: number) => `${percent < -0.005 ? "-" : "+"}${Math.abs(percent).toFixed(2)}`;

function histograms({ figures }: KindModel, found: KindFigures): string[] {
  return Object.entries(figures).flatMap(([path, { title, unit, bins }]) => {
    if (!bins) return [];
    // A bin that would print as 0 has no line.
    const values = bins.of
      .map((bin) => ({ bin, value: found[`${path}.${bin}`] ?? 0 }))
      .filter(({ value }) => Math.round(value) > 0);
    const most = Math.max(...values.map(({ value }) => value));
    const lines = values.map(({ bin, value }) => {
      const bar = "▇".repeat(Math.round((value / most) * 40));
      return `    ${String(bin).padStart(3)} ${bins.unit} ${value.toFixed(0).padStart(6)} ${unit} ${bar}`.trimEnd();
    });
    return ["", `  ${title}`, ...lines];
  });
}

/** A line for each kind of fault, and how often it came. */
function counted(faults: readonly string[]): string[] {
  return [...new Set(faults)].map((fault) => {
    const times = faults.filter((one) => one === fault).length;
    return `    ${fault}${times > 1 ? `, ${times} times` : ""}`;
  });
}

const expectation = (one: ExpectationResult) => `    ${one.met ? "✔" : "✘"} ${expectationWords(one)}`;

/** What was found beside what was expected: `records.lost is 3, at most 0`. */
export function expectationWords({ path, min, max, actual }: ExpectationResult): string {
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  return `${path} is ${actual ?? "not to be told"}, ${bounds.filter(Boolean).join(" and ")}`;
}
