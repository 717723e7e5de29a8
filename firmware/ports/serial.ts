import { SerialPort } from "serialport";
import type { Duration } from "#devices/duration.ts";
import { type Cancel, type Clock, deadline } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import { openError } from "./serial-error.ts";
import { mendPoller, pollerOf } from "./serial-poller.ts";

/** The board's serial lines through the kernel's tty layer, by serialport. */
export function ttyPort(clock: Clock): SerialPortPort {
  return {
    open(path, speed) {
      const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = speed;
      const tty = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false });
      return new Promise((resolve, reject) => {
        tty.open((cause) => {
          if (cause) reject(openError(path, speed, cause));
          else resolve(new TtyLine(clock, tty));
        });
      });
    },
  };
}

class TtyLine implements SerialLine {
  readonly #clock: Clock;
  readonly #tty: SerialPort;
  readonly #dataListeners = new Set<(chunk: Uint8Array) => void>();
  readonly #closeListeners = new Set<() => void>();
  #tail: Promise<unknown> = Promise.resolve();
  #open = true;
  /** Until a line that took too long is closed. */
  #givenUp: Promise<void> | undefined;

  constructor(clock: Clock, tty: SerialPort) {
    this.#clock = clock;
    this.#tty = tty;
    // Without a pending read serialport never notices an unplugged adapter: this listener stays for good.
    tty.on("data", (chunk: Buffer) => {
      for (const listener of [...this.#dataListeners]) listener(chunk);
    });
    tty.on("close", () => this.#givenUp ?? this.#ended());
    // An error here is an unplugged adapter seen by a write, which rejects by itself; `close` follows.
    tty.on("error", () => this.#givenUp ?? this.#ended());
    if (tty.port) mendPoller(tty.port, () => this.#givenUp ?? tty.close(() => {}));
  }

  get path(): string {
    return this.#tty.path;
  }

  get isOpen(): boolean {
    return this.#open && this.#givenUp === undefined && this.#tty.isOpen;
  }

  async write(bytes: Uint8Array, limit: Duration): Promise<void> {
    const untilMs = this.#clock.now() + limit;
    const copy = Buffer.from(bytes);
    const turn = this.#tail.then(() => this.#send(copy, untilMs));
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async flush(): Promise<void> {
    // tcflush discards what waits to be sent as well (serialport uses TCIOFLUSH), so writes go first.
    await this.#tail;
    await new Promise<void>((resolve, reject) => {
      this.#tty.flush((cause) =>
        cause ? reject(this.#error("not-ready", "flush", cause.message)) : resolve(),
      );
    });
  }

  onData(listener: (chunk: Uint8Array) => void): Cancel {
    this.#dataListeners.add(listener);
    return () => this.#dataListeners.delete(listener);
  }

  onClose(listener: () => void): Cancel {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#givenUp) return this.#givenUp;
    if (this.#tty.isOpen) await new Promise<void>((resolve) => this.#tty.close(() => resolve()));
    this.#ended();
  }

  async #send(bytes: Buffer, untilMs: number): Promise<void> {
    // A closed SerialPort queues what it is given and sends it after the next open: a stale command.
    if (!this.isOpen) throw this.#error("not-ready", "write", "the line is closed");
    const leftMs = untilMs - this.#clock.now();
    if (leftMs <= 0) throw this.#error("timeout", "write", "dropped: earlier writes took too long");
    const late = () => this.#error("timeout", "write", `${bytes.length} bytes did not leave in time`);
    await deadline(this.#clock, leftMs as Duration, this.#transmit(bytes), late).catch((error: PortError) => {
      if (error.kind === "timeout") this.#abandon();
      throw error;
    });
  }

  #transmit(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (cause?: Error | null) =>
        cause ? reject(this.#error("not-ready", "write", cause.message)) : resolve();
      this.#tty.write(bytes, undefined, (cause) => {
        if (cause) settle(cause);
        else this.#tty.drain(settle);
      });
    });
  }

  /**
   * A write cannot be taken back half-way: what waits for room is forgotten, what the kernel has is discarded, and then
   * the line is closed, before anybody hears of it: who opens it next must not lose a byte to this flush.
   */
  #abandon(): void {
    this.#givenUp = Promise.resolve()
      .then(() => this.#discarded())
      .then(() => this.#ended());
  }

  #discarded(): Promise<void> {
    const { port } = this.#tty;
    if (port) pollerOf(port)?.stop();
    return new Promise((resolve) => this.#tty.flush(() => this.#tty.close(() => resolve())));
  }

  #ended(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of [...this.#closeListeners]) listener();
  }

  #error(kind: "not-ready" | "timeout", operation: string, detail: string): PortError {
    return new PortError(kind, { port: this.path, operation, detail });
  }
}
