import uPlot from "uplot";
import type { HistoryState } from "../unit-detail.ts";
import { pointAfterKey } from "./chart-cursor.ts";
import { setAttribute } from "./dom.ts";
import { localTime } from "./format.ts";
import { valueText } from "./history-words.ts";

/** On the panel's ground, #0e1322: warm 13:1, green 11:1, labels 8:1 (WCAG 2.2, relative luminance). */
export const chartColours = {
  measured: "#ffcf8f",
  measuredBand: "#ffcf8f55",
  truth: "#9fd7c0",
  truthBand: "#9fd7c033",
  label: "#aab4cb",
  grid: "#1f2740",
} as const;

const heightPx = 190;

/**
 * One source over time: measured as a band from lowest to highest, true dashed, nothing where nothing good was. A
 * pointer reads it, and so do the keys of a slider.
 */
export class Chart {
  /** A slider over the points in time. */
  readonly element: HTMLElement;
  readonly #onPointed: (text: string) => void;
  #plot: uPlot | undefined;
  #history: HistoryState | undefined;
  #timeZone = "UTC";
  #drawnFor = "";
  /** Where the keys have taken the cursor. */
  #index: number | undefined;

  /** @param onPointed told in words what is under the pointer; nothing when it is nowhere. */
  constructor(element: HTMLElement, onPointed: (text: string) => void) {
    this.element = element;
    this.#onPointed = onPointed;
    new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && this.#plot && this.#plot.width !== width)
        this.#plot.setSize({ width, height: heightPx });
    }).observe(element);
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    element.setAttribute("aria-label", "Chart");
    element.setAttribute("aria-valuenow", "0");
    element.addEventListener("keydown", (event) => this.#press(event));
    element.addEventListener("blur", () => this.#leave());
  }

  show(history: HistoryState, timeZone: string): void {
    this.#history = history;
    this.#timeZone = timeZone;
    this.#tell();
    const key = [history.unit, history.source, history.span, history.truth !== undefined].join(" ");
    if (this.#plot && key === this.#drawnFor) {
      this.#plot.setData(dataOf(history));
      this.#place();
      return;
    }
    this.#plot?.destroy();
    this.#drawnFor = key;
    this.#index = undefined;
    this.#plot = new uPlot(this.#options(history), dataOf(history), this.element);
  }

  /** Nothing to show until the next history. */
  clear(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#history = undefined;
    this.#index = undefined;
  }

  #press(event: KeyboardEvent): void {
    const count = this.#history?.measured.min.length ?? 0;
    const index = count === 0 ? undefined : pointAfterKey(event.key, this.#index, count);
    if (index === undefined) return;
    event.preventDefault();
    this.#index = index;
    this.#place();
    this.#tell();
  }

  #leave(): void {
    this.#index = undefined;
    this.#plot?.setCursor({ left: -10, top: -10 });
    this.#tell();
  }

  /** Where the keys have taken it. */
  #place(): void {
    const time = this.#index === undefined ? undefined : this.#plot?.data[0][this.#index];
    if (time !== undefined) this.#plot!.setCursor({ left: this.#plot!.valToPos(time, "x"), top: 0 });
  }

  /** In words, for whoever reads the slider; the newest point before it was moved. */
  #tell(): void {
    const history = this.#history;
    if (!history) return;
    const last = Math.max(0, history.measured.min.length - 1);
    const index = Math.min(last, this.#index ?? last);
    setAttribute(this.element, "aria-label", `${history.title}, point in time`);
    setAttribute(this.element, "aria-valuemin", "0");
    setAttribute(this.element, "aria-valuemax", String(last));
    setAttribute(this.element, "aria-valuenow", String(index));
    setAttribute(this.element, "aria-valuetext", pointWords(history, index, this.#timeZone));
  }

  #options(history: HistoryState): uPlot.Options {
    const words = history.measure.words;
    const timeZone = this.#timeZone;
    const axis = {
      stroke: chartColours.label,
      grid: { stroke: chartColours.grid, width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(1, this.element.clientWidth),
      height: heightPx,
      legend: { show: false },
      cursor: { drag: { x: false, y: false, setScale: false }, y: false, points: { show: false } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timeZone),
      scales: { y: { range: (_plot, min, max) => rangeOf(min, max, words) } },
      series: [
        {},
        { stroke: chartColours.measured, width: 1.5, points: { show: false } },
        { stroke: chartColours.measured, width: 1.5, points: { show: false } },
        { stroke: chartColours.truth, width: 1.5, dash: [5, 4], points: { show: false } },
        { stroke: chartColours.truth, width: 1.5, dash: [5, 4], points: { show: false } },
      ],
      bands: [
        { series: [1, 2], fill: chartColours.measuredBand },
        { series: [3, 4], fill: chartColours.truthBand },
      ],
      axes: [
        {
          ...axis,
          size: 30,
          space: 60,
          values: (_plot, splits) => timesOf(splits, timeZone),
        },
        {
          ...axis,
          size: 62,
          ...(words ? { incrs: [1] } : {}),
          values: (_plot, splits) => splits.map((value) => labelOf(history, value)),
        },
      ],
      hooks: { setCursor: [(plot) => this.#point(plot.cursor.idx)] },
    };
  }

  #point(index: number | null | undefined): void {
    const history = this.#history;
    this.#onPointed(
      history === undefined || index === null || index === undefined
        ? ""
        : pointWords(history, index, this.#timeZone),
    );
  }
}

/** Seconds of the middle of each point, then highest and lowest as measured, and as true. */
export function dataOf({ startMs, stepMs, measured, truth }: HistoryState): uPlot.AlignedData {
  const times = measured.min.map((_, index) => (startMs + (index + 0.5) * stepMs) / 1_000);
  const none = measured.min.map(() => null);
  return [times, [...measured.max], [...measured.min], [...(truth?.max ?? none)], [...(truth?.min ?? none)]];
}

/** To the second only where minutes would repeat. */
export function timesOf(splits: readonly number[], timeZone: string): string[] {
  const isFine = splits.some((seconds) => seconds % 60 !== 0);
  return splits.map((seconds) => localTime(seconds * 1_000, timeZone).time.slice(0, isFine ? 8 : 5));
}

/** A little more than there is; of words exactly those. */
export function rangeOf(
  min: number | null,
  max: number | null,
  words: readonly string[] | undefined,
): [number, number] {
  if (words) return [-0.1, words.length - 0.9];
  if (min === null || max === null) return [0, 1];
  const margin = max > min ? (max - min) * 0.08 : Math.abs(max) * 0.1 || 1;
  return [min - margin, max + margin];
}

function labelOf({ measure: { words } }: HistoryState, value: number): string {
  if (words) return words[value] ?? "";
  return Intl.NumberFormat("en", { maximumFractionDigits: 3 }).format(value).replace("-", "−");
}

function pointWords(history: HistoryState, index: number, timeZone: string): string {
  const { measured, truth, startMs, stepMs } = history;
  const at = localTime(startMs + index * stepMs, timeZone).time;
  const spread = ({ min, max }: HistoryState["measured"]) => {
    const [low, high] = [min[index], max[index]];
    if (low === null || low === undefined || high === null || high === undefined) return "no value";
    return low === high
      ? valueText(history, low)
      : `${valueText(history, low)} to ${valueText(history, high)}`;
  };
  return `${at}: ${spread(measured)}${truth ? `, true ${spread(truth)}` : ""}`;
}
