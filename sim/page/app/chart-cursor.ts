/** Points of a chart that a page is long. */
const page = 10;

/**
 * Where a key takes a chart's cursor, as it does a slider's (WAI-ARIA Authoring Practices 1.2, pattern "Slider").
 * @param at index of the point that it stands at; undefined before it stands at any
 * @returns undefined for any other key
 */
export function pointAfterKey(key: string, at: number | undefined, count: number): number | undefined {
  const last = count - 1;
  const step = steps[key];
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (step === undefined) return undefined;
  return Math.max(0, Math.min(last, at === undefined ? last : at + step));
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -page,
  PageUp: page,
};
