import type { PointState, SampleState, UnitState } from "../view.ts";
import { differs } from "./agreement.ts";
import { KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { age, pointText } from "./format.ts";
import { tableOf } from "./table.ts";

interface Reading {
  readonly point: PointState;
  readonly sample: SampleState | undefined;
  readonly truth: number | boolean | undefined;
  readonly nowMs: number;
}

/** A table of what is measured, beside it what is true where the street knows, and how old the measurement is. */
export class Readings {
  readonly element: HTMLElement;
  readonly #rows: KeyedChildren<HTMLTableRowElement, Reading>;

  constructor(title: string) {
    const { element, body } = tableOf(title, "readings", ["", "measured", "true", "quality, age"]);
    this.element = element;
    this.#rows = new KeyedChildren(body, makeRow, showReading);
  }

  show(points: readonly PointState[], { samples, truth }: UnitState, nowMs: number): void {
    this.element.hidden = points.length === 0;
    this.#rows.show(
      points.map((point) => [
        point.name,
        { point, sample: samples[point.source], truth: truth[point.source], nowMs },
      ]),
    );
  }
}

function makeRow(): HTMLTableRowElement {
  const heading = make("th");
  heading.scope = "row";
  return make("tr", "", heading, make("td"), make("td", "truth"), make("td", "age"));
}

function showReading(row: HTMLTableRowElement, { point, sample, truth, nowMs }: Reading): void {
  const [heading, measured, actual, when] = row.children;
  setAttribute(row, "data-source", point.source);
  setAttribute(row, "data-quality", sample?.quality ?? "none");
  setAttribute(
    row,
    "data-differs",
    String(sample !== undefined && truth !== undefined && differs(sample, truth)),
  );
  setText(heading!, point.title);
  setText(measured!, pointText(point, sample));
  setText(actual!, truth === undefined ? "" : truthText(point, sample, truth));
  setText(when!, ageText(sample, nowMs));
}

/** In the unit and with the decimals of what is measured; of what was never measured as it is. */
function truthText(point: PointState, sample: SampleState | undefined, truth: number | boolean): string {
  const value = Number(truth);
  if (sample) return pointText(point, { ...sample, value, quality: "good" });
  return point.words?.[value] ?? String(Math.round(value * 1_000) / 1_000);
}

function ageText(sample: SampleState | undefined, nowMs: number): string {
  if (!sample) return "never";
  return `${sample.quality}, ${age(nowMs - sample.atMs)}`;
}
