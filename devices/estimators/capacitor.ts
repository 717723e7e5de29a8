import { activeEnergy, energy, stateOfCharge } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { isGood } from "./estimate.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";

export interface CapacitorSources {
  /** Across the capacitor, V. */
  readonly voltage: string;
  /** Counts the energy that went into it, J; starts again from zero with its part's supply. */
  readonly energy: string;
}

export interface CapacitorMake {
  /** Rated voltage: full, V; and the lowest at which its converter gives anything. */
  readonly fullVolts: number;
  readonly emptyVolts: number;
  /** More than this never flows into it, W: what the counter may rise by. */
  readonly maxPowerW: number;
}

const joulesPerWh = 3_600;
/** What a single reading of a counter may be off by, J. */
const slackJ = 5;

/** A restart whose length is not known is taken to have been no longer than this, ms. */
const maxDowntimeMs = 86_400_000;

/** What outlives a restart. */
interface Ledger {
  readonly harvestedJ: number;
  /** As last read, and when, by the wall clock: the counter goes on while the unit restarts. */
  readonly counterJ: number | undefined;
  readonly wallMs: number | undefined;
}

interface State extends Ledger {
  /** Undefined in a life that has not read it yet. */
  readonly atMs: number | undefined;
}

/**
 * A supercapacitor that is charged by a harvest. `stored` is ½·C·V² (J), from its voltage and the setting
 * `capacitance` (F); `charge` the share of what can be used of it, between the lowest and the rated voltage (%);
 * `harvested` counts what went in (Wh), never back and on after a restart.
 */
export function capacitor(sources: CapacitorSources, make: CapacitorMake): Estimator<State> {
  return {
    name: "capacitor",
    inputs: [sources.voltage, sources.energy],
    outputs: { stored: energy, charge: stateOfCharge, harvested: activeEnergy },

    initial: (saved) => ({ ...restored(saved), atMs: undefined }),

    step(state, sample, context): Step<State> {
      if (sample?.source === sources.voltage)
        return { state, estimates: storedEstimates(sample, make, context) };
      const next = isGood(sample) ? counted(state, sample, make) : state;
      const harvested = {
        output: "harvested",
        value: next.harvestedJ / joulesPerWh,
        quality: "good",
      } as const;
      return { state: next, estimates: [harvested] };
    },

    save: ({ harvestedJ, counterJ, wallMs }) => ({ harvestedJ, counterJ, wallMs }),
  };
}

function storedEstimates(
  sample: Sample,
  { fullVolts, emptyVolts }: CapacitorMake,
  { settings }: Context,
): Estimate[] {
  if (!isGood(sample))
    return ["stored", "charge"].map((output) => ({ output, value: Number.NaN, quality: "bad" }));
  const farads = Number(settings.capacitance);
  const share = (sample.value ** 2 - emptyVolts ** 2) / (fullVolts ** 2 - emptyVolts ** 2);
  return [
    { output: "stored", value: 0.5 * farads * sample.value ** 2, quality: "good" },
    { output: "charge", value: 100 * Math.min(1, Math.max(0, share)), quality: "good" },
  ];
}

/** A counter that stands lower has begun again from zero; one that has leapt is believed from there on. */
function counted(state: State, sample: Sample, { maxPowerW }: CapacitorMake): State {
  const { value, atMs } = sample;
  const next = { ...state, counterJ: value, atMs, wallMs: sample.wallMs ?? state.wallMs };
  if (state.counterJ === undefined) return next;
  const risenJ = value >= state.counterJ ? value - state.counterJ : value;
  const possibleJ = (maxPowerW * spanMs(state, sample)) / 1_000 + slackJ;
  return risenJ > possibleJ ? next : { ...next, harvestedJ: state.harvestedJ + risenJ };
}

/** Since the counter was read before; across a restart by the wall clock, where both knew the time. */
function spanMs(state: State, { atMs, wallMs }: Sample): number {
  if (state.atMs !== undefined) return atMs - state.atMs;
  const isKnown = state.wallMs !== undefined && wallMs !== undefined && wallMs >= state.wallMs;
  return isKnown ? wallMs! - state.wallMs! : maxDowntimeMs;
}

/** What was saved, field by field. */
function restored(saved: unknown): Ledger {
  const kept = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<Record<string, unknown>>;
  const numberAt = (name: string) => {
    const value = kept[name];
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
  };
  return {
    harvestedJ: numberAt("harvestedJ") ?? 0,
    counterJ: numberAt("counterJ"),
    wallMs: numberAt("wallMs"),
  };
}
