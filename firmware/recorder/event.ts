/**
 * What a flight recorder writes down, in the order in which it was over. The numbers are those of the file: new kinds
 * are added at the end.
 */
export const eventKinds = [
  /** I2C: subject `i2c-1 10 w04 r2`, address and bytes hexadecimal; payload: what was read. */
  "transfer",
  /** The opening of a bus, a line or a stream; a call of a stream, with its reading as JSON. */
  "call",
  /** Serial bytes to the unit, by path. */
  "heard",
  /** Serial bytes from the unit, by path. */
  "written",
  /** A serial line was unplugged, by path. */
  "unplugged",
  /** GPIO, by line: a level as the unit read it, drove it, or was told of it. */
  "read",
  "driven",
  "edge",
  /** MQTT to the unit, by topic; first byte 1 when it was retained. */
  "message",
  /** MQTT from the unit, by topic, without its records. */
  "published",
  /** The connection to the broker: 1 up, 0 down. */
  "link",
  /** The wall clock was set: subject its quality; payload, a double, Unix time less monotonic time in ms. */
  "wall",
  /** The store failed: subject `replace settings`. */
  "store",
  /** What a stream found, as JSON, by role. */
  "detections",
  /** What the unit did: subject such as `actuator lamp`, payload the journal's event as JSON. */
  "outcome",
  /** What the unit keeps over restarts, as JSON, by name, when it was kept. */
  "document",
  /** A flight record was asked for, as `save` or `send`; the answer as JSON. */
  "flight",
] as const;

export type EventKind = (typeof eventKinds)[number];

/** One thing that passed between a unit and its surroundings. */
export interface FlightEvent {
  readonly kind: EventKind;
  /** Of what, in words that are the same each time. */
  readonly subject: string;
  /** When it began: monotonic ms of the unit. */
  readonly atMs: number;
  /** How long it took, ms. */
  readonly forMs: number;
  readonly payload: Uint8Array;
  /** How it failed: JSON of a Failure. */
  readonly failure?: string;
}

/** A double holds so many steps to a millisecond at today's Unix time: to the simulator, times are whole numbers of them. */
export const ticksPerMs = 4096;

export const nothing = new Uint8Array();
