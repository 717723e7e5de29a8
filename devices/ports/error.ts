/**
 * The closed set of what can go wrong below a driver, with what a person at the cabinet should check.
 * Adapters translate errno and library errors into it; nothing above a port sees anything else.
 */
const checks = {
  "no-acknowledge-address": "is the part powered, wired and at this address?",
  "no-acknowledge-data": "the part answered, then refused a byte: is it the right part, and not busy?",
  "arbitration-lost": "another controller drives this bus: only one process may own it.",
  bus: "is a line shorted, held low, unplugged, or without pull-ups?",
  timeout: "no answer in time: is the line connected, and its speed right?",
  checksum: "data was damaged on the way: check cable, shielding and speed.",
  "wrong-device": "something else answers here: check the address straps and the part number.",
  "not-ready": "not open, or nothing measured yet: it is tried again.",
} as const;

export type PortErrorKind = keyof typeof checks;

/** A detail that says only what happened, with what to check: of `bus`, whose detail stands for that otherwise. */
export const withCheck = (kind: PortErrorKind, detail: string) =>
  kind === "bus" ? `${detail}: ${checks.bus}` : detail;

export interface PortErrorPlace {
  /** The port as the unit's configuration names it: `i2c-1`, `/dev/ttyAMA0`, `pinctrl-bcm2711:17`. */
  readonly port: string;
  /** Bus address or offset, where there is one. */
  readonly address?: number;
  /** What was being done, in the datasheet's words: `read ALS`, `write MODE1`. */
  readonly operation: string;
  /** What was seen instead of what was expected. */
  readonly detail?: string;
  readonly cause?: unknown;
}

export class PortError extends Error {
  readonly kind: PortErrorKind;
  readonly port: string;
  readonly address: number | undefined;
  readonly operation: string;

  constructor(kind: PortErrorKind, place: PortErrorPlace) {
    const at = place.address === undefined ? "" : ` at 0x${place.address.toString(16).padStart(2, "0")}`;
    // A port that could not even be opened knows better than any list what to do about it.
    const advice = kind === "bus" && place.detail !== undefined ? place.detail : checks[kind];
    const detail = place.detail === undefined || place.detail === advice ? "" : ` (${place.detail})`;
    super(`${kind} on ${place.port}${at}, ${place.operation}${detail}: ${advice}`, { cause: place.cause });
    this.name = "PortError";
    this.kind = kind;
    this.port = place.port;
    this.address = place.address;
    this.operation = place.operation;
  }
}
