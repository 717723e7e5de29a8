import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/**
 * A connection with a valve in it: while it is shut, what has arrived is not read and what is written is not sent, in
 * either direction nothing is lost, and neither end is told.
 */
export class Valve extends Duplex {
  readonly #socket: Socket;
  #isShut: boolean;
  /** Somebody waits for what comes in. */
  #isAskedFor = false;
  /** What is to be written when the valve opens. */
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, isShut: boolean) {
    super();
    this.#socket = socket;
    this.#isShut = isShut;
    socket.on("data", (chunk: Buffer) => {
      this.#isAskedFor = this.push(chunk);
      if (!this.#isAskedFor) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    socket.pause();
  }

  shut(): void {
    this.#isShut = true;
    this.#socket.pause();
  }

  open(): void {
    this.#isShut = false;
    if (this.#isAskedFor) this.#socket.resume();
    for (const run of this.#waiting.splice(0)) run();
  }

  override _read(): void {
    this.#isAskedFor = true;
    if (!this.#isShut) this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#whenOpen(() => this.#socket.write(chunk, encoding, done));
  }

  override _final(done: () => void): void {
    this.#whenOpen(() => this.#socket.end(done));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #whenOpen(run: () => void): void {
    if (this.#isShut) this.#waiting.push(run);
    else run();
  }
}
