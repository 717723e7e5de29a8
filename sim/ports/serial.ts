import type { Duration } from "#devices/duration.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { LineSpeed, SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import type { EventLoop } from "../loop.ts";

/** What sits at the far end of a simulated serial line. */
export interface SerialTarget {
  readonly speed: LineSpeed;
  /** Bytes from the unit, when the last of them has arrived. */
  receive(bytes: Uint8Array, line: VirtualSerialLine): void;
  /** Somebody began or ceased to listen; what is sent while nobody does is lost, so a twin need not make it. */
  listening?(yes: boolean, line: VirtualSerialLine): void;
}

/**
 * A serial cable of a board. Bytes take their time at the line's speed; a wrong speed garbles them, as a UART
 * that samples at the wrong moments does.
 */
export class VirtualSerialLine {
  readonly path: string;
  readonly #loop: EventLoop;
  readonly #target: SerialTarget;
  #near: OpenSerialLine | undefined;
  #plugged = true;
  /** When the last byte towards the unit, and the last one from it, will have passed. */
  #freeAtMs = 0;
  #sentMs = 0;

  constructor(path: string, loop: EventLoop, target: SerialTarget) {
    this.path = path;
    this.#loop = loop;
    this.#target = target;
  }

  get isListenedTo(): boolean {
    return this.#near?.isListening ?? false;
  }

  /** From the twin to the unit. Nobody listening: lost. */
  send(bytes: Uint8Array): void {
    const near = this.#near;
    if (!near || !this.#plugged) return;
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#loop.now) + this.durationMs(bytes.length);
    const wire = this.#garbled(bytes, near.speed);
    this.#loop.at(this.#freeAtMs, () => near.deliver(wire));
  }

  /** Fault: the adapter is pulled out; the unit sees the line close. */
  unplug(): void {
    this.#plugged = false;
    this.#near?.lost();
    this.#near = undefined;
  }

  /** The process at the near end died: its end of the cable hears nothing more, and the line is free again. */
  abandon(): void {
    if (this.isListenedTo) this.#target.listening?.(false, this);
    this.#near = undefined;
  }

  replug(): void {
    this.#plugged = true;
  }

  /** Milliseconds that `count` bytes take on the wire: start bit, data bits, parity, stop bits. */
  durationMs(count: number): number {
    const { baudRate, dataBits = 8, parity = "none", stopBits = 1 } = this.#target.speed;
    const bits = 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
    return (count * bits * 1_000) / baudRate;
  }

  connect(speed: LineSpeed): SerialLine {
    if (!this.#plugged) throw this.#openError("no such device");
    if (this.#near) throw this.#openError("taken by another process");
    const near = new OpenSerialLine(this.path, speed, {
      transmit: (bytes, limitMs) => this.#transmit(near, bytes, limitMs),
      listening: (yes) => this.#target.listening?.(yes, this),
      closed: () => {
        if (this.#near === near) this.#near = undefined;
      },
    });
    this.#near = near;
    return near;
  }

  /** Writes go out one after the other; one whose last byte would leave too late never reaches the far end. */
  #transmit(near: OpenSerialLine, bytes: Uint8Array, limitMs: number): Promise<void> {
    const { now } = this.#loop;
    const sentMs = Math.max(this.#sentMs, now) + this.durationMs(bytes.length);
    const wire = this.#garbled(bytes.slice(), near.speed);
    if (sentMs - now > limitMs) {
      // The wire is taken until then by what had to be given up: what was asked for later waits behind it.
      this.#sentMs = Math.max(this.#sentMs, now + limitMs);
      return new Promise((_, reject) => {
        const late = new PortError("timeout", {
          port: this.path,
          operation: "write",
          detail: "not sent in time",
        });
        this.#loop.at(now + limitMs, () => reject(late));
      });
    }
    this.#sentMs = sentMs;
    return new Promise((resolve, reject) => {
      this.#loop.at(sentMs, () => {
        if (this.#near !== near || !this.#plugged) return reject(closedError(this.path));
        resolve();
        this.#target.receive(wire, this);
      });
    });
  }

  #garbled(bytes: Uint8Array, speed: LineSpeed): Uint8Array {
    const own = this.#target.speed;
    const same = speed.baudRate === own.baudRate && (speed.parity ?? "none") === (own.parity ?? "none");
    return same ? bytes : bytes.map((byte, index) => (byte * 7 + index * 31 + 0x55) & 0xff);
  }

  #openError(detail: string): PortError {
    return new PortError("bus", { port: this.path, operation: "open", detail });
  }
}

const closedError = (path: string) =>
  new PortError("not-ready", { port: path, operation: "write", detail: "closed" });

interface FarEnd {
  transmit(bytes: Uint8Array, limitMs: number): Promise<void>;
  listening(yes: boolean): void;
  closed(): void;
}

class OpenSerialLine implements SerialLine {
  readonly path: string;
  readonly speed: LineSpeed;
  readonly #far: FarEnd;
  readonly #dataListeners = new Set<(chunk: Uint8Array) => void>();
  readonly #closeListeners = new Set<() => void>();
  #open = true;

  constructor(path: string, speed: LineSpeed, far: FarEnd) {
    this.path = path;
    this.speed = speed;
    this.#far = far;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get isListening(): boolean {
    return this.#dataListeners.size > 0;
  }

  deliver(chunk: Uint8Array): void {
    for (const listener of [...this.#dataListeners]) listener(chunk);
  }

  lost(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of [...this.#closeListeners]) listener();
  }

  async write(bytes: Uint8Array, limit: Duration): Promise<void> {
    if (!this.#open) throw closedError(this.path);
    await this.#far.transmit(bytes, limit);
  }

  async flush(): Promise<void> {
    // A virtual line holds nothing back: what nobody listened to is lost already.
  }

  onData(listener: (chunk: Uint8Array) => void): Cancel {
    this.#dataListeners.add(listener);
    if (this.#dataListeners.size === 1) this.#far.listening(true);
    return () => {
      if (this.#dataListeners.delete(listener) && this.#dataListeners.size === 0) this.#far.listening(false);
    };
  }

  onClose(listener: () => void): Cancel {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    if (this.isListening) this.#far.listening(false);
    this.#far.closed();
    this.lost();
  }
}

/** The serial port of a simulated board, over the cables that it was given. */
export function virtualSerialPort(lines: ReadonlyMap<string, VirtualSerialLine>): SerialPortPort {
  return {
    async open(path, speed) {
      const line = lines.get(path);
      if (line) return line.connect(speed);
      throw new PortError("bus", {
        port: path,
        operation: "open",
        detail: `this board has ${[...lines.keys()].join(", ") || "no serial line"}`,
      });
    },
  };
}
