import uPlot from "uplot";
import type { HistoryState } from "../unit-detail.ts";
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

/** One source over time: measured as a band from lowest to highest, true dashed, nothing where nothing good was. */
export class Chart {
  readonly element: HTMLElement;
  readonly #onPointed: (text: string) => void;
  #plot: uPlot | undefined;
  #history: HistoryState | undefined;
  #drawnFor = "";

  /** @param onPointed told in words what is under the pointer; nothing when it is nowhere. */
  constructor(element: HTMLElement, onPointed: (text: string) => void) {
    this.element = element;
    this.#onPointed = onPointed;
    new ResizeObserver(() => {
      const width = element.clientWidth;
      if (width > 0 && this.#plot && this.#plot.width !== width)
        this.#plot.setSize({ width, height: heightPx });
    }).observe(element);
  }

  show(history: HistoryState, timeZone: string): void {
    this.#history = history;
    const key = [history.unit, history.source, history.span, history.truth !== undefined].join(" ");
    if (this.#plot && key === this.#drawnFor) {
      this.#plot.setData(dataOf(history));
      return;
    }
    this.#plot?.destroy();
    this.#drawnFor = key;
    this.#plot = new uPlot(this.#options(history, timeZone), dataOf(history), this.element);
  }

  /** Nothing to show until the next history. */
  clear(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#history = undefined;
  }

  #options(history: HistoryState, timeZone: string): uPlot.Options {
    const words = history.measure.words;
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
          space: 60,
          values: (_plot, splits) =>
            splits.map((seconds) => localTime(seconds * 1_000, timeZone).time.slice(0, 5)),
        },
        {
          ...axis,
          size: 62,
          ...(words ? { incrs: [1] } : {}),
          values: (_plot, splits) => splits.map((value) => labelOf(history, value)),
        },
      ],
      hooks: { setCursor: [(plot) => this.#point(plot.cursor.idx, timeZone)] },
    };
  }

  #point(index: number | null | undefined, timeZone: string): void {
    const history = this.#history;
    this.#onPointed(
      history === undefined || index === null || index === undefined
        ? ""
        : pointWords(history, index, timeZone),
    );
  }
}

/** Seconds of the middle of each point, then highest and lowest as measured, and as true. */
export function dataOf({ startMs, stepMs, measured, truth }: HistoryState): uPlot.AlignedData {
  const times = measured.min.map((_, index) => (startMs + (index + 0.5) * stepMs) / 1_000);
  const none = measured.min.map(() => null);
  return [times, [...measured.max], [...measured.min], [...(truth?.max ?? none)], [...(truth?.min ?? none)]];
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
