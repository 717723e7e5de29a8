import type { Band, HistoryState } from "../unit-detail.ts";
import { localTime, pointText } from "./format.ts";

/** A value of a history in words, with its unit. */
export function valueText({ measure }: Pick<HistoryState, "measure">, value: number): string {
  return pointText(measure, {
    value,
    unit: measure.unit,
    decimals: measure.decimals,
    quality: "good",
    atMs: 0,
  });
}

/** What a chart shows, for whoever does not see it: lowest, highest and last, each when; and what is missing. */
export function historyWords(history: HistoryState, timeZone: string): string {
  const measured = bandWords(history, history.measured, timeZone);
  const sentences = [
    measured === undefined ? "Nothing good was measured" : `Measured: ${measured}`,
    ...gapWords(history),
  ];
  const truth = history.truth && bandWords(history, history.truth, timeZone);
  if (truth !== undefined) sentences.push(`True: ${truth}`);
  return `${sentences.join(". ")}.`;
}

function bandWords(history: HistoryState, { min, max, last }: Band, timeZone: string): string | undefined {
  const lowest = extreme(min, (value, than) => value < than);
  const highest = extreme(max, (value, than) => value > than);
  if (lowest === undefined || highest === undefined) return undefined;
  const at = (index: number) =>
    localTime(history.startMs + index * history.stepMs, timeZone).time.slice(0, 5);
  const told = ({ index, value }: Extreme) => `${valueText(history, value)} at ${at(index)}`;
  const now = last === undefined ? "no value now" : `last ${valueText(history, last)}`;
  if (lowest.value === highest.value) return `${valueText(history, lowest.value)} throughout, ${now}`;
  return `lowest ${told(lowest)}, highest ${told(highest)}, ${now}`;
}

interface Extreme {
  readonly index: number;
  readonly value: number;
}

function extreme(
  values: readonly (number | null)[],
  isBeyond: (value: number, than: number) => boolean,
): Extreme | undefined {
  let found: Extreme | undefined;
  for (const [index, value] of values.entries())
    if (value !== null && (found === undefined || isBeyond(value, found.value))) found = { index, value };
  return found;
}

function gapWords({ measured, stepMs }: HistoryState): string[] {
  const missing = measured.min.filter((value) => value === null).length;
  if (missing === 0 || missing === measured.min.length) return [];
  const minutes = (missing * stepMs) / 60_000;
  return [`No good value for ${minutes < 1 ? "less than a minute" : `${Math.round(minutes)} min`} of it`];
}
