import { angle } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import type { Estimator } from "./estimator.ts";

export interface TiltSources {
  readonly x: string;
  readonly y: string;
  readonly z: string;
}

interface State {
  readonly x: number;
  readonly y: number;
  /** Direction of gravity when the pole was commissioned: its first good reading, kept for good. */
  readonly plumb: readonly [number, number, number] | undefined;
}

/**
 * How far a pole stands out of the plumb that it had when it was commissioned: the angle between gravity now and
 * then, from an accelerometer at rest. A reading that is not about 1 g is movement, and says nothing of tilt.
 */
export function tilt({ x, y, z }: TiltSources): Estimator<State> {
  return {
    name: "pole",
    inputs: [x, y, z],
    outputs: { tilt: angle },

    initial: (saved) => ({ x: Number.NaN, y: Number.NaN, plumb: plumbOf(saved) }),

    step(state, sample) {
      if (!sample) return { state, estimates: [] };
      const value = sample.quality === "good" ? sample.value : Number.NaN;
      if (sample.source === x) return { state: { ...state, x: value }, estimates: [] };
      if (sample.source === y) return { state: { ...state, y: value }, estimates: [] };
      const gravity = [state.x, state.y, value] as const;
      if (!isAtRest(gravity)) return { state, estimates: unknownIf(gravity) };
      const plumb = state.plumb ?? gravity;
      const estimate = { output: "tilt", value: angleBetweenDeg(gravity, plumb), quality: "good" } as const;
      return { state: { ...state, plumb }, estimates: [estimate] };
    },

    save: ({ plumb }) => (plumb ? { plumb } : undefined),
  };
}

/** Standard gravity ± 10 % (ISO 80000-3: 9.806 65 m/s²). */
const isAtRest = (a: readonly number[]) => Math.abs(Math.hypot(...a) / 9.80665 - 1) < 0.1;

const unknownIf = (gravity: readonly number[]) =>
  gravity.every(Number.isFinite)
    ? []
    : [{ output: "tilt", value: Number.NaN, quality: "bad" as Sample["quality"] }];

/** By atan2 of cross and dot product, which is exact for small angles, where acos is not. */
function angleBetweenDeg(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  const cross = Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return (Math.atan2(cross, dot) * 180) / Math.PI;
}

function plumbOf(saved: unknown): State["plumb"] {
  if (saved === null || typeof saved !== "object" || !("plumb" in saved)) return undefined;
  const { plumb } = saved;
  return Array.isArray(plumb) && plumb.length === 3 && plumb.every(Number.isFinite)
    ? (plumb as unknown as State["plumb"])
    : undefined;
}
