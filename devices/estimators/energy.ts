import { activeEnergy, count, duration } from "../quantities.ts";
import type { Sample } from "../sample.ts";
import { changed, isGood, restate } from "./estimate.ts";
import type { Context, Estimate, Estimator, Step } from "./estimator.ts";
import { importedEnergyWh, type PowerReading } from "./integral.ts";
import { registerStep } from "./register.ts";

/** Sources by role: the power, the meter's own cumulative register, or both. */
export interface EnergySources {
  readonly power?: string;
  readonly register?: string;
}

export interface EnergyConstants {
  readonly name: string;
  /** Two readings further apart than this have an unknown time between them. */
  readonly maxGapMs: number;
  /** The most that can flow, W: bounds what a register may plausibly rise by. PZEM-004T with 100 A: 23 kW. */
  readonly maxPowerW: number;
  /** Where the register starts again from zero, Wh. PZEM-004T v3: after 9999.99 kWh. */
  readonly rolloverWh: number;
  /** A power cut whose length is not known is taken to have been no longer than this. */
  readonly maxDowntimeMs: number;
}

export const energyConstants: EnergyConstants = {
  name: "energy",
  maxGapMs: 180_000,
  maxPowerW: 23_000,
  rolloverWh: 10_000_000,
  maxDowntimeMs: 30 * 86_400_000,
};

/** Resolution of registers in use, with the meter's 0.5 % of a single step to spare. */
const registerSlackWh = 10;

/** What outlives a restart. */
interface Ledger {
  /** Energy booked for good, Wh. */
  readonly bookedWh: number;
  readonly gapSeconds: number;
  /** By integration since the register was last read: used if the register fails or starts afresh. */
  readonly pendingWh: number;
  readonly pendingGapSeconds: number;
  /** The total as last published: it never goes back. */
  readonly totalWh: number;
  readonly registerWh: number | undefined;
  readonly registerWallMs: number | undefined;
  readonly powerWallMs: number | undefined;
  readonly rollovers: number;
  readonly resets: number;
}

export interface EnergyState extends Ledger {
  readonly power: PowerReading | undefined;
  readonly registerAtMs: number | undefined;
  readonly said: readonly Estimate[];
}

const empty: Ledger = {
  bookedWh: 0,
  gapSeconds: 0,
  pendingWh: 0,
  pendingGapSeconds: 0,
  totalWh: 0,
  registerWh: undefined,
  registerWallMs: undefined,
  powerWallMs: undefined,
  rollovers: 0,
  resets: 0,
};

/**
 * Active energy taken from the supply. `total` (Wh) never goes back and goes on after a restart; `gapSeconds` is
 * the time whose energy is not known; `rollovers` and `resets` count what happened to the meter's register (a
 * meter that was exchanged counts as a reset).
 *
 * With a register, that is followed, and the integral of the power only bridges its failures and resets (quality
 * `suspect` meanwhile); a register that answers again closes the gap. Without one, the integral is the total.
 * Only good samples enter.
 */
export function energy(
  sources: EnergySources,
  constants: Partial<EnergyConstants> = {},
): Estimator<EnergyState> {
  const declared = { ...energyConstants, ...constants };
  const isIntegrating = sources.register === undefined;

  function enter(state: EnergyState, sample: Sample): EnergyState {
    if (sample.source === sources.register) return followRegister(state, sample, declared);
    if (sample.source !== sources.power) return state;
    const next = integrate(state, sample, declared.maxGapMs);
    return isIntegrating ? book(next, 0) : next;
  }

  return {
    name: declared.name,
    outputs: { total: activeEnergy, gapSeconds: duration, rollovers: count, resets: count },
    inputs: [sources.power, sources.register].filter((source) => source !== undefined),
    initial: (saved) => ({ ...restored(saved), power: undefined, registerAtMs: undefined, said: [] }),
    save,

    step(before, sample, context): Step<EnergyState> {
      const entered = isGood(sample) ? enter(before, sample) : before;
      const isBridging = !isIntegrating && isSilent(entered, context, declared.maxGapMs);
      const said = estimates(entered, isBridging, before.said);
      const state = { ...entered, totalWh: said[0].value, said };
      return { state, estimates: changed(before.said, said) };
    },
  };
}

function integrate(state: EnergyState, sample: Sample, maxGapMs: number): EnergyState {
  const power = { watts: sample.value, atMs: sample.atMs };
  const next = { ...state, power, powerWallMs: sample.wallMs ?? state.powerWallMs };
  if (state.power === undefined) {
    const downtimeMs = elapsedMs(state.powerWallMs, sample.wallMs);
    return { ...next, pendingGapSeconds: state.pendingGapSeconds + (downtimeMs ?? 0) / 1_000 };
  }
  const spanMs = power.atMs - state.power.atMs;
  if (spanMs > maxGapMs) return { ...next, pendingGapSeconds: state.pendingGapSeconds + spanMs / 1_000 };
  return { ...next, pendingWh: state.pendingWh + importedEnergyWh(state.power, power) };
}

function followRegister(state: EnergyState, sample: Sample, constants: EnergyConstants): EnergyState {
  const next = {
    ...state,
    registerWh: sample.value,
    registerAtMs: sample.atMs,
    registerWallMs: sample.wallMs ?? state.registerWallMs,
  };
  if (state.registerWh === undefined) return book(next, 0);
  const spanMs =
    state.registerAtMs === undefined
      ? (elapsedMs(state.registerWallMs, sample.wallMs) ?? constants.maxDowntimeMs)
      : sample.atMs - state.registerAtMs;
  const possibleWh = (constants.maxPowerW * spanMs) / 3_600_000 + registerSlackWh;
  const { kind, energyWh } = registerStep(state.registerWh, sample.value, possibleWh, constants.rolloverWh);
  if (kind === "counted") return settle(next, energyWh);
  if (kind === "rolledOver") return settle({ ...next, rollovers: state.rollovers + 1 }, energyWh);
  return book({ ...next, resets: state.resets + 1 }, energyWh);
}

/** The register accounts for all the time since it was last read: what was integrated meanwhile is not needed. */
function settle(state: EnergyState, energyWh: number): EnergyState {
  return { ...state, bookedWh: state.bookedWh + energyWh, pendingWh: 0, pendingGapSeconds: 0 };
}

/** The register does not account for the time since it was last read: the integral does, as far as it goes. */
function book(state: EnergyState, energyWh: number): EnergyState {
  return {
    ...state,
    bookedWh: state.bookedWh + Math.max(state.pendingWh, energyWh),
    gapSeconds: state.gapSeconds + state.pendingGapSeconds,
    pendingWh: 0,
    pendingGapSeconds: 0,
  };
}

function estimates(
  state: EnergyState,
  isBridging: boolean,
  before: readonly Estimate[],
): [Estimate, ...Estimate[]] {
  const knownWh = state.bookedWh + (isBridging ? state.pendingWh : 0);
  const gapSeconds = state.gapSeconds + (isBridging ? state.pendingGapSeconds : 0);
  const total = Math.max(state.totalWh, knownWh);
  return [
    restate(before[0], "total", total, isBridging ? "suspect" : "good"),
    restate(before[1], "gapSeconds", gapSeconds, "good"),
    restate(before[2], "rollovers", state.rollovers, "good"),
    restate(before[3], "resets", state.resets, "good"),
  ];
}

const isSilent = ({ registerAtMs }: EnergyState, { nowMs }: Context, maxGapMs: number) =>
  registerAtMs === undefined || nowMs - registerAtMs > maxGapMs;

/** Between two wall times, or undefined when one is not known or the clock was set back. */
function elapsedMs(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs !== undefined && toMs !== undefined && toMs >= fromMs ? toMs - fromMs : undefined;
}

function save(state: EnergyState): Ledger {
  const { power: _power, registerAtMs: _registerAtMs, said: _said, ...ledger } = state;
  return ledger;
}

/** What was saved, field by field: a record that is damaged in one place still gives the rest. */
function restored(saved: unknown): Ledger {
  if (typeof saved !== "object" || saved === null) return empty;
  const kept = Object.entries(saved).filter(
    ([name, value]) => name in empty && typeof value === "number" && Number.isFinite(value) && value >= 0,
  );
  return { ...empty, ...Object.fromEntries(kept) };
}
