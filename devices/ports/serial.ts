import type { Duration } from "../duration.ts";
import type { Cancel } from "./clock.ts";

export interface LineSpeed {
  readonly baudRate: number;
  readonly dataBits?: 7 | 8;
  readonly parity?: "none" | "even" | "odd";
  readonly stopBits?: 1 | 2;
}

/**
 * An open serial line: a duplex byte stream. Framing is above it; a chunk may hold a part of a frame, or several.
 * - `write` resolves when the bytes were handed to the wire. On a closed line it rejects with `not-ready`; what
 *   is not sent within `limit` is dropped and rejects with `timeout`: an old command is never sent after a replug.
 *   If its turn had come, it cannot be taken back half-way: the line is closed with it.
 * - `flush` throws away what has been received and not yet delivered.
 * - `onData` starts delivery, its Cancel stops it; bytes that arrive while nobody listens are lost.
 * - `onClose` fires once when the line is unplugged, closed or given up, whether or not anybody listens for data.
 */
export interface SerialLine {
  readonly path: string;
  readonly isOpen: boolean;
  write(bytes: Uint8Array, limit: Duration): Promise<void>;
  flush(): Promise<void>;
  onData(listener: (chunk: Uint8Array) => void): Cancel;
  onClose(listener: () => void): Cancel;
  close(): Promise<void>;
}

export interface SerialPortPort {
  /** Rejects with PortError `bus` when there is no such device, it is taken, or not permitted. */
  open(path: string, speed: LineSpeed): Promise<SerialLine>;
}
