import type { Controller, Reason, Target, View } from "../control.ts";
import { milliseconds } from "../duration.ts";
import { Permit } from "../permit.ts";

/**
 * Least time between two changes of the light. With it there are at most two changes in any second: one flash. WCAG
 * 2.3.1 allows three; and a change that fails, or comes late, does not make it more.
 */
const changePause = milliseconds(700);

export interface EdgeLightSources {
  /** Something came down on a tile: the press of each one. */
  readonly presses: readonly string[];
  readonly dark: string;
  readonly ice: string;
  /** Charge of the capacitor that feeds it, %. */
  readonly charge: string;
  /** The actuator itself, as it stands. */
  readonly self: string;
}

const reasons = {
  day: { code: "daylight", text: "it is not dark" },
  empty: { code: "reserve", text: "the capacitor is nearly empty" },
  ice: { code: "ice", text: "the tiles may be icy" },
  walked: { code: "steps", text: "somebody walks on the tiles" },
  idle: { code: "idle", text: "nobody is on the tiles" },
  pause: { code: "flash-limit", text: "it changed a moment ago" },
  nonsense: { code: "unsure", text: "no usable level was asked for" },
} as const satisfies Record<string, Reason>;

interface State {
  readonly pressedAtMs: number;
}

const isTrue = (source: string, view: View) => {
  const sample = view.latest(source);
  return sample?.quality === "good" && sample.value >= 0.5;
};

/** When the light may change next: it stands since the newest sample of itself. */
const freeAtMs = (self: string, view: View) =>
  (view.latest(self)?.atMs ?? Number.NEGATIVE_INFINITY) + changePause;

/**
 * The light along the edge of a strip of tiles, %: while it is dark, the setting `idleLevel`, and `stepLevel` for
 * `stepHold` seconds after each step; steady at `iceLevel` while the tiles may be icy, by day too. It goes dark when
 * the capacitor is nearly empty, but for ice. It never changes faster than `changePause`.
 */
export function edgeLight(sources: EdgeLightSources): Controller<State> {
  const { presses, dark, ice, charge, self } = sources;
  return {
    name: "edgeLight",
    inputs: [...presses, dark, ice, charge],
    initial: () => ({ pressedAtMs: Number.NEGATIVE_INFINITY }),
    decide(before, view) {
      const pressedAtMs = presses.reduce((newest, source) => {
        const sample = view.latest(source);
        return sample?.quality === "good" ? Math.max(newest, sample.atMs) : newest;
      }, before.pressedAtMs);
      const heldUntilMs = pressedAtMs + Number(view.settings.stepHold) * 1_000;
      const wanted = wish(sources, heldUntilMs, view);
      const now = view.latest(self);
      const freeMs = freeAtMs(self, view);
      const state = { pressedAtMs };
      if (now && now.value !== wanted.value && view.nowMs < freeMs)
        return { state, target: { value: now.value, reason: reasons.pause }, wakeAtMs: freeMs };
      return view.nowMs < heldUntilMs
        ? { state, target: wanted, wakeAtMs: heldUntilMs }
        : { state, target: wanted };
    },
  };
}

function wish({ dark, ice, charge }: EdgeLightSources, heldUntilMs: number, view: View): Target {
  const { settings } = view;
  if (isTrue(ice, view)) return { value: Number(settings.iceLevel), reason: reasons.ice };
  if (!isTrue(dark, view)) return { value: 0, reason: reasons.day };
  const left = view.latest(charge);
  if (left?.quality === "good" && left.value < Number(settings.lightReserve))
    return { value: 0, reason: reasons.empty };
  if (view.nowMs < heldUntilMs) return { value: Number(settings.stepLevel), reason: reasons.walked };
  return { value: Number(settings.idleLevel), reason: reasons.idle };
}

/** No change sooner than `changePause` after the last one, whatever is wanted; and nothing but a level. */
export function edgeLightPermit({ self }: { readonly self: string }): Permit {
  return new Permit({
    inputs: [self],
    // What it allowed itself a moment ago is no news to it.
    wakes: [],
    allow(wanted, view) {
      const now = view.latest(self);
      const isLevel = wanted.value >= 0 && wanted.value <= 100;
      const level = isLevel ? wanted : { value: 0, reason: reasons.nonsense };
      if (now === undefined || now.value === level.value || view.nowMs >= freeAtMs(self, view)) return level;
      return { value: now.value, reason: reasons.pause };
    },
  });
}
