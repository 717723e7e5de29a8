import type { LineSpeed } from "#devices/ports/serial.ts";

/** How a program has set a line. A pseudo-terminal forgets parity and data bits: they may not be known. */
export interface TtySettings {
  readonly baudRate: number;
  readonly dataBits?: 7 | 8;
  readonly parity?: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

/** What plinth-pty.c tells, and what it is told; it explains each kind. */
export type TtyEvent =
  | { readonly kind: "ready" | "closed" | "gave-up" }
  | { readonly kind: "opened"; readonly settings: TtySettings }
  | { readonly kind: "written"; readonly settings: TtySettings; readonly bytes: Uint8Array }
  /** Bytes that were sent at `sent`, to a program that reads at `settings`. */
  | {
      readonly kind: "misread";
      readonly settings: TtySettings;
      readonly sent: TtySettings;
      readonly bytes: Uint8Array;
    };

export type TtyOrder = "A" | "D" | "G" | "H";

const headLength = 4;
const settingsLength = 8;
/** Bytes of a serial line in one frame: LARGEST in plinth-pty.c. */
const bytesMax = 4_096;
const notKnown = 255;
const parities = ["none", "even", "odd"] as const;

/** Cuts what plinth-pty says into events, in order. */
export class TtyEventReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<TtyEvent> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= headLength) {
      const end = headLength + this.#rest.readUInt16LE(2);
      if (this.#rest.length < end) return;
      const kind = String.fromCharCode(this.#rest[0]!);
      const rest = this.#rest.subarray(headLength, end);
      this.#rest = this.#rest.subarray(end);
      yield eventOf(kind, rest);
    }
  }
}

function eventOf(kind: string, rest: Buffer): TtyEvent {
  if (kind === "R") return { kind: "ready" };
  if (kind === "C") return { kind: "closed" };
  if (kind === "F") return { kind: "gave-up" };
  const settings = settingsOf(rest);
  if (kind === "O") return { kind: "opened", settings };
  const more = rest.subarray(settingsLength);
  if (kind === "W") return { kind: "written", settings, bytes: more };
  return { kind: "misread", settings, sent: settingsOf(more), bytes: more.subarray(settingsLength) };
}

function settingsOf(bytes: Buffer): TtySettings {
  const parity = parities[bytes[5]!];
  const dataBits = bytes[4]!;
  return {
    baudRate: bytes.readUInt32LE(0),
    // 5 and 6 bits: no part of ours has them, and to those of 8 they are as wrong as 7.
    ...(dataBits === notKnown ? {} : { dataBits: dataBits === 8 ? 8 : 7 }),
    ...(parity ? { parity } : {}),
    stopBits: bytes[6] === 2 ? 2 : 1,
  };
}

/** Bytes that came over the wire, sent at `speed`: one frame, or as many as it takes. */
export function deliveries(
  bytes: Uint8Array,
  { baudRate, dataBits = 8, parity = "none", stopBits = 1 }: LineSpeed,
) {
  const settings = Buffer.alloc(settingsLength);
  settings.writeUInt32LE(baudRate, 0);
  settings.set([dataBits, parities.indexOf(parity), stopBits], 4);
  return pieces(bytes).map((piece) => order("D", Buffer.concat([settings, piece])));
}

/** Bytes as a program reads them, whatever its settings. */
export const readings = (bytes: Uint8Array): Buffer[] => pieces(bytes).map((piece) => order("G", piece));

/** So many more bytes may be taken of what programs write. */
export function allowance(count: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(count);
  return order("A", number);
}

/** Whether nothing leaves. */
export const holding = (isHeld: boolean): Buffer => order("H", Uint8Array.of(isHeld ? 1 : 0));

function pieces(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / bytesMax);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * bytesMax, (index + 1) * bytesMax),
  );
}

function order(kind: TtyOrder, rest: Uint8Array): Buffer {
  const head = Buffer.from([kind.charCodeAt(0), 0, 0, 0]);
  head.writeUInt16LE(rest.length, 2);
  return Buffer.concat([head, rest]);
}
