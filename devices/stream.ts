import type { Duration } from "./duration.ts";
import { type Channels, everywhere } from "./part.ts";
import { count, frequency, type Quantity } from "./quantities.ts";
import type { Quality } from "./sample.ts";
import type { Soon } from "./soon.ts";

/**
 * What a part's driver offers beside `sample` when its inputs can be converted one by one, faster than `sample`
 * does it: a conversion is begun, and fetched when its time is over, so that a bus serves other parts meanwhile.
 * Everything rejects with PortError, or throws it where the bus never waits.
 */
export interface Converter {
  /** How long a conversion takes at most. */
  readonly conversionTime: Duration;
  /** Begins one conversion of a channel; what was not fetched of the one before is lost. */
  begin(channel: string): Soon<unknown>;
  /** The result of the conversion that was begun, in the channel's unit; NaN where the part has none. */
  fetch(): Soon<number>;
}

export const isConverter = (driver: object): driver is Converter =>
  "begin" in driver && "fetch" in driver && "conversionTime" in driver;

/** One I2C transfer, as the bus carries it: bytes written, then, after a repeated START, bytes read. */
export interface Traffic {
  readonly write: number;
  readonly read?: number;
}

/** Some slots of a stream, in the order of time. */
export interface Block {
  readonly slots: number;
  /** Of each slot, monotonic milliseconds of the unit's clock: when its first conversion began. */
  readonly atMs: Float64Array;
  /** By channel, of each slot; NaN where the channel was not converted in that slot, or has no value. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** Something that a detector found: a value of one of its outputs. */
export interface Detection {
  readonly output: string;
  /** NaN with quality `bad`. */
  readonly value: number;
  readonly quality: Quality;
  /** When it happened, not when it was found: monotonic milliseconds. */
  readonly atMs: number;
}

export interface Detected<State> {
  readonly state: State;
  /** In the order in which they are to be heard. */
  readonly detections: readonly Detection[];
  /** Something moves: the stream is wanted at its full rate. */
  readonly isMoving: boolean;
}

/**
 * A pure function from the samples of one streamed part to what is worth telling of them. It runs beside the
 * sampler, off the control loop: only its detections reach the unit.
 */
export interface Detector<State> {
  readonly outputs: Readonly<Record<string, Quantity>>;
  initial(): State;
  detect(state: State, block: Block): Detected<State>;
}

/**
 * How a role's part is streamed: in slots, in which every channel of `each` is converted, then one of `inTurn`.
 * The part's driver is a Converter. Of the part's channels nothing reaches the unit but what the detector makes of
 * them, and how the stream stands.
 */
export interface Stream {
  /** Length of a slot while something moves: 4 ms for 250 samples per second. */
  readonly every: Duration;
  /** And until then: a multiple of `every`. */
  readonly idle: Duration;
  readonly each: readonly [string, ...string[]];
  readonly inTurn: readonly string[];
  /** What one conversion takes of the bus: its begin and its fetch. */
  readonly conversion: readonly Traffic[];
  readonly detector: Detector<unknown>;
}

/** Conversions in one slot. */
export const conversionsPerSlot = ({ each, inTurn }: Stream): number =>
  each.length + (inTurn.length > 0 ? 1 : 0);

/** What a stream tells of itself: slots that were sampled per second, and slots since its start that were not. */
export const streamChannels = {
  rate: { quantity: frequency, range: [0, 1_000], step: everywhere(0.1) },
  missed: { quantity: count, range: [0, Number.MAX_SAFE_INTEGER], step: everywhere(1) },
} as const satisfies Channels;

/** What a streamed role offers: the outputs of its detector, and how the stream stands. */
export const streamOutputs = ({ detector }: Stream): Readonly<Record<string, Quantity>> => ({
  ...detector.outputs,
  rate: streamChannels.rate.quantity,
  missed: streamChannels.missed.quantity,
});
