import { temperature, truth } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";
import { dewPoint } from "./microclimate.ts";

export interface IceSources {
  /** Of the tiles, °C. */
  readonly surface: string;
  /** 1 while there is water under the tiles. */
  readonly water: string;
  /** Of the air, °C and %RH. */
  readonly air: string;
  readonly humidity: string;
}

/** Frost is taken to be over when the surface is this much warmer than where it began, K. */
const hysteresisK = 1;
/** Water that was there stays on the tiles so long, ms: until it has run off or dried. */
const wetMs = 6 * 3_600_000;

interface State {
  readonly surfaceC: number;
  readonly airC: number;
  readonly humidity: number;
  readonly isWet: boolean;
  /** Undefined while the probe says nothing. */
  readonly wetUntilMs: number | undefined;
  readonly isIcy: boolean;
  /** Sources that said anything, were it only that they have nothing to say. */
  readonly heard: ReadonlySet<string>;
}

const unknown = Number.NaN;

/**
 * May the tiles be icy? They are below the setting `iceTemperature` (°C), and there is water: the probe is wet or was
 * so in the last six hours, or vapour settles on them because they are colder than the dew point of the air.
 * What cannot be known, because its sensor is dead, counts as wet: the tiles may be icy then. What was not heard yet
 * counts as wet too, and makes the answer `suspect`; without the temperature nothing can be said.
 * `margin` is how much warmer the tiles are than that, K.
 */
export function ice(sources: IceSources): Estimator<State> {
  return {
    name: "ice",
    inputs: Object.values(sources),
    outputs: { risk: truth, margin: { ...temperature, name: "margin", unit: "K", unitCode: "KEL" } },

    initial: () => ({
      surfaceC: unknown,
      airC: unknown,
      humidity: unknown,
      isWet: true,
      wetUntilMs: undefined,
      isIcy: false,
      heard: new Set(),
    }),

    step(before, sample, context): Step<State> {
      const heard = sample ? hear(before, sample, sources) : before;
      const { isIcy, estimates } = judge(heard, Object.values(sources), context);
      const state = { ...heard, isIcy };
      return { state, estimates };
    },
  };
}

function hear(before: State, { source, value, quality, atMs }: Sample, sources: IceSources): State {
  const known = quality === "good" ? value : unknown;
  const state = before.heard.has(source) ? before : { ...before, heard: new Set([...before.heard, source]) };
  switch (source) {
    case sources.surface:
      return { ...state, surfaceC: known };
    case sources.air:
      return { ...state, airC: known };
    case sources.humidity:
      return { ...state, humidity: known };
    default:
      return wet(state, known, atMs);
  }
}

function wet(state: State, value: number, atMs: number): State {
  if (Number.isNaN(value)) return { ...state, isWet: true, wetUntilMs: undefined };
  // What the probe says first may have been so for long.
  const wetUntilMs = value >= 0.5 || state.isWet ? atMs + wetMs : state.wetUntilMs;
  return {
    ...state,
    isWet: value >= 0.5,
    wetUntilMs: state.wetUntilMs === undefined && value < 0.5 ? atMs : wetUntilMs,
  };
}

function judge(
  { surfaceC, airC, humidity, isWet, wetUntilMs, isIcy: wasIcy, heard }: State,
  sources: readonly string[],
  { nowMs, settings }: Context,
): { readonly isIcy: boolean; readonly estimates: readonly Estimate[] } {
  if (Number.isNaN(surfaceC)) {
    const bad = (output: string): Estimate => ({ output, value: Number.NaN, quality: "bad" });
    return { isIcy: wasIcy, estimates: [bad("risk"), bad("margin")] };
  }
  const margin = surfaceC - Number(settings.iceTemperature);
  const dewC = dewPoint(airC, humidity);
  const isKnown = wetUntilMs !== undefined;
  const mayBeWet = isWet || !isKnown || nowMs < wetUntilMs || dewC === undefined || surfaceC <= dewC;
  const isIcy = mayBeWet && margin <= (wasIcy ? hysteresisK : 0);
  const isSure = margin > hysteresisK || (isKnown && dewC !== undefined);
  const quality = isSure || (isIcy && sources.every((source) => heard.has(source))) ? "good" : "suspect";
  return {
    isIcy,
    estimates: [
      { output: "risk", value: isIcy ? 1 : 0, quality },
      { output: "margin", value: margin, quality: "good" },
    ],
  };
}
