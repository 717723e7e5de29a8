import type { Duration } from "../duration.ts";
import { type Clock, deadline } from "../ports/clock.ts";
import { PortError, type PortErrorKind } from "../ports/error.ts";
import type { SerialLine } from "../ports/serial.ts";

/** Cuts a byte stream into frames. It may begin anywhere, in any chunks; what is no frame is passed over. */
export interface Framing<Frame> {
  push(chunk: Uint8Array): readonly Frame[];
}

/** What came while nothing of it was what was listened for. */
export interface Heard {
  readonly bytes: number;
  readonly frames: number;
  /** `270 bytes came within 500 ms`. */
  readonly inWords: string;
}

/** What a driver listens for. */
export interface Listening<Frame, T> {
  readonly operation: string;
  readonly limit: Duration;
  /** A new one each time: what came before must not be taken for the beginning of what comes now. */
  readonly framing: Framing<Frame>;
  /** What a frame tells; undefined of one that is not meant. A PortError that it throws ends the listening. */
  accept(frame: Frame): T | undefined;
  /** Why nothing was accepted in time. Left out: `checksum` where bytes came and no frame, else `timeout`. */
  late?(heard: Heard): PortError;
}

/**
 * What every driver on a serial line of its own has: bytes come in, wanted or not, and frames are cut from them only
 * while somebody listens, so that a part which sends a hundred times a second costs a board what is read of it.
 */
export abstract class SerialDriver {
  protected readonly line: SerialLine;
  protected readonly clock: Clock;

  constructor(line: SerialLine, clock: Clock) {
    this.line = line;
    this.clock = clock;
  }

  close(): Promise<void> {
    return this.line.close();
  }

  /** The first frame, from now on, that `accept` makes something of. PortError `not-ready` when the line closes. */
  protected listen<Frame, T>(listening: Listening<Frame, T>): Promise<T> {
    const {
      operation,
      limit,
      framing,
      accept,
      late = (heard) => this.#unheard(operation, heard),
    } = listening;
    const closed = () => this.error("not-ready", operation, "line closed");
    if (!this.line.isOpen) return Promise.reject(closed());
    let bytes = 0;
    let frames = 0;
    let stop = () => {};
    const found = new Promise<T>((resolve, reject) => {
      const take = (frame: Frame) => {
        frames++;
        const accepted = accept(frame);
        if (accepted !== undefined) resolve(accepted);
      };
      const stopData = this.line.onData((chunk) => {
        bytes += chunk.length;
        try {
          framing.push(chunk).forEach(take);
        } catch (error) {
          reject(error);
        }
      });
      const stopClose = this.line.onClose(() => reject(closed()));
      stop = () => {
        stopData();
        stopClose();
      };
    });
    const inWords = () => `${bytes} bytes came within ${limit} ms`;
    return deadline(this.clock, limit, found, () => late({ bytes, frames, inWords: inWords() })).finally(
      stop,
    );
  }

  /** Listens for what begins from now on: what came before is thrown away. */
  protected async next<Frame, T>(listening: Listening<Frame, T>): Promise<T> {
    await this.line.flush();
    return this.listen(listening);
  }

  /** Sends a command, and listens for its answer. */
  protected async exchange<Frame, T>(command: Uint8Array, listening: Listening<Frame, T>): Promise<T> {
    await this.line.flush();
    const [answer] = await Promise.all([this.listen(listening), this.line.write(command, listening.limit)]);
    return answer;
  }

  protected error(kind: PortErrorKind, operation: string, detail: string): PortError {
    return new PortError(kind, { port: this.line.path, operation, detail });
  }

  #unheard(operation: string, { bytes, frames, inWords }: Heard): PortError {
    const kind = bytes > 0 && frames === 0 ? "checksum" : "timeout";
    return this.error(kind, operation, `${inWords}, ${frames} frames among them`);
  }
}
