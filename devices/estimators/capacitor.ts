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

interface State {
  readonly harvestedJ: number;
  readonly counterJ: number | undefined;
  readonly atMs: number;
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

    initial: (saved) => ({ harvestedJ: harvestedOf(saved), counterJ: undefined, atMs: 0 }),

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

    save: ({ harvestedJ }) => ({ harvestedJ }),
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
function counted(state: State, { value, atMs }: Sample, { maxPowerW }: CapacitorMake): State {
  const next = { ...state, counterJ: value, atMs };
  if (state.counterJ === undefined) return next;
  const risenJ = value >= state.counterJ ? value - state.counterJ : value;
  const possibleJ = (maxPowerW * (atMs - state.atMs)) / 1_000 + slackJ;
  return risenJ > possibleJ ? next : { ...next, harvestedJ: state.harvestedJ + risenJ };
}

function harvestedOf(saved: unknown): number {
  const { harvestedJ } = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<State>;
  return Number.isFinite(harvestedJ) && harvestedJ! >= 0 ? harvestedJ! : 0;
}
