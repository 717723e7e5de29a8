import type { Cancel } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { EventLoop } from "../loop.ts";
import { closedError } from "./serial-port.ts";
import { isSameSpeed, type Passage, sampled, spoiled, WireFaults, wireMs } from "./serial-wire.ts";

/** What sits at the far end of a simulated serial line, alone or, if it can, with others. */
export interface SerialTarget {
  readonly speed: LineSpeed;
  /** It lets go of the wires when it is silent, as RS-485 does: several such share a line, half duplex. */
  readonly isMultidrop?: boolean;
  /** Bytes from the unit or from another target, when the last of them has arrived. */
  receive(bytes: Uint8Array, line: VirtualSerialLine): void;
  /** The unit began or ceased to listen; what is sent while nobody does is lost, so a twin need not make it. */
  listening?(yes: boolean, line: VirtualSerialLine): void;
}

/**
 * A target's end of a cable. A twin whose connector is pulled says and hears nothing by itself; the line stays
 * for the others. To unplug the line is to pull the adapter, at the unit's end.
 */
export interface VirtualSerialLine {
  readonly path: string;
  readonly isListenedTo: boolean;
  /** From the twin to the unit, one after the other. Nobody listening: lost. */
  send(bytes: Uint8Array): void;
  /** Milliseconds that `count` bytes take on the wire at the target's speed. */
  durationMs(count: number): number;
  /** Fault: the adapter is pulled out; the unit sees the line close. */
  unplug(): void;
  replug(): void;
}

/** What passed over a serial line since the street began. */
export interface SerialTraffic {
  /** From the unit, and to it, while it had the line open. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** For which bits were on the wire, ms: both ways together, of a line on which both may talk at once. */
  readonly busyMs: number;
  /** Times that bytes were garbled, by a wrong speed or by two who talked at once; or that none could be sent. */
  readonly errors: number;
}

/** What holds the near end: a process of the unit, in this process or on a pseudo-terminal. */
export interface NearEnd {
  /** As it is set now. */
  readonly speed: LineSpeed;
  readonly isListening: boolean;
  /** Bytes as they were on the wire, and at which speed they were sent. */
  deliver(wire: Uint8Array, sent: LineSpeed): void;
  /** The adapter was pulled out, or a write was given up, and this near end with it. */
  lost(): void;
}

/** What a near end may do while it holds the line. */
export interface HeldLine {
  /** At the near end's speed, after what went before. Resolves when the last byte has left; limit in ms. */
  transmit(bytes: Uint8Array, limitMs: number): Promise<void>;
  listening(yes: boolean): void;
  closed(): void;
}

interface End {
  readonly target: SerialTarget;
  readonly line: VirtualSerialLine;
  /** When the last byte that it sent will have passed. */
  freeAtMs: number;
}

/**
 * A serial cable of a board. Bytes take their time at the speed of who sends them; a wrong speed garbles them, as
 * a UART that samples at the wrong moments does, and so does talking at the same time where wires are shared.
 */
export class SerialCable {
  readonly path: string;
  readonly #loop: EventLoop;
  readonly #ends: End[] = [];
  readonly #watchers = new Set<() => void>();
  #near: NearEnd | undefined;
  #isPlugged = true;
  #isHeld = false;
  /** What interferes with the bytes that pass. */
  readonly faults = new WireFaults();
  /** When the last byte from the unit will have passed. */
  #sentMs = 0;
  #passages: Passage[] = [];
  #sentBytes = 0;
  #receivedBytes = 0;
  #busyMs = 0;
  #errors = 0;

  constructor(path: string, loop: EventLoop) {
    this.path = path;
    this.#loop = loop;
  }

  /** Throws where the wires are another's alone. */
  attach(target: SerialTarget): VirtualSerialLine {
    const others = this.#ends.map((end) => end.target);
    if (others.length > 0 && ![target, ...others].every(({ isMultidrop }) => isMultidrop))
      throw new Error(`${this.path} has something at its far end already`);
    const cable = this;
    const line: VirtualSerialLine = {
      path: this.path,
      get isListenedTo() {
        return cable.#near?.isListening ?? false;
      },
      send: (bytes) => this.#send(end, bytes),
      durationMs: (count) => wireMs(target.speed, count),
      unplug: () => this.unplug(),
      replug: () => this.replug(),
    };
    const end: End = { target, line, freeAtMs: 0 };
    this.#ends.push(end);
    return line;
  }

  get traffic(): SerialTraffic {
    return {
      sentBytes: this.#sentBytes,
      receivedBytes: this.#receivedBytes,
      busyMs: this.#busyMs,
      errors: this.#errors,
    };
  }

  /** Of those at the far end. */
  get speeds(): readonly LineSpeed[] {
    return this.#ends.map(({ target }) => target.speed);
  }

  /** Throws PortError `bus` where the adapter is out, or another has the line. */
  take(near: NearEnd): HeldLine {
    if (!this.#isPlugged) throw this.#openError("no such device");
    if (this.#near) throw this.#openError("taken by another process");
    this.#near = near;
    return {
      transmit: (bytes, limitMs) => this.#transmit(near, bytes, limitMs),
      listening: (yes) => this.#tellListening(yes),
      closed: () => {
        if (this.#near === near) this.#near = undefined;
      },
    };
  }

  /** Nobody has the near end any more, as when its process died: it hears nothing more, and the line is free again. */
  abandon(): void {
    if (this.#near?.isListening) this.#tellListening(false);
    this.#near = undefined;
  }

  get isPlugged(): boolean {
    return this.#isPlugged;
  }

  /** Fault: the adapter is pulled out. */
  unplug(): void {
    this.#isPlugged = false;
    const near = this.#near;
    this.#near = undefined;
    near?.lost();
    this.#tellWatchers();
  }

  replug(): void {
    this.#isPlugged = true;
    this.#tellWatchers();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Fault: flow control holds the unit's end, or its driver hangs: nothing that it writes leaves. */
  hold(): void {
    this.#isHeld = true;
    this.#tellWatchers();
  }

  release(): void {
    this.#isHeld = false;
    this.#tellWatchers();
  }

  /** Fault: bytes that nobody sent, as of a line that floats beside a motor's cable: the unit hears them. */
  stray(bytes: Uint8Array): void {
    const near = this.#near;
    if (!near || !this.#isPlugged) return;
    this.#receivedBytes += bytes.length;
    this.#errors++;
    near.deliver(bytes, near.speed);
  }

  /** Calls back when it was unplugged or replugged, held or released. */
  watch(watcher: () => void): Cancel {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tellWatchers(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #tellListening(yes: boolean): void {
    for (const { target, line } of this.#ends) target.listening?.(yes, line);
  }

  #send(end: End, bytes: Uint8Array): void {
    const near = this.#near;
    if (!near || !this.#isPlugged) return;
    const { speed } = end.target;
    const startMs = Math.max(end.freeAtMs, this.#loop.now);
    end.freeAtMs = startMs + wireMs(speed, bytes.length);
    const passage = this.#pass(end, startMs, end.freeAtMs);
    const sent = bytes.slice();
    this.#loop.at(end.freeAtMs, () => {
      const wire = this.#worn(sent, passage);
      this.#receivedBytes += wire.length;
      this.#passed(passage, isSameSpeed(speed, near.speed));
      if (wire.length > 0) near.deliver(wire, speed);
      this.#distribute(wire, speed, end);
    });
  }

  /** Writes go out one after the other; one whose last byte would leave too late never reaches the far end. */
  #transmit(near: NearEnd, bytes: Uint8Array, limitMs: number): Promise<void> {
    const { now } = this.#loop;
    const startMs = Math.max(this.#sentMs, now);
    const { speed } = near;
    const sentMs = startMs + wireMs(speed, bytes.length);
    if (this.#isHeld || sentMs - now > limitMs)
      return this.#giveUp(near, now + limitMs, startMs < now + limitMs);
    this.#sentMs = sentMs;
    const passage = this.#pass(near, startMs, sentMs);
    const sent = bytes.slice();
    return new Promise((resolve, reject) => {
      this.#loop.at(sentMs, () => {
        if (this.#near !== near || !this.#isPlugged) return reject(closedError(this.path));
        resolve();
        this.#sentBytes += sent.length;
        this.#passed(
          passage,
          this.#ends.some(({ target }) => isSameSpeed(speed, target.speed)),
        );
        this.#distribute(this.#worn(sent, passage), speed);
      });
    });
  }

  /**
   * The wire is taken until then by what had to be given up: what was asked for later waits behind it.
   * @param isBegun its turn had come: it cannot be taken back half-way, so the near end is lost with it
   */
  #giveUp(near: NearEnd, atMs: number, isBegun: boolean): Promise<void> {
    this.#errors++;
    this.#sentMs = Math.max(this.#sentMs, atMs);
    return new Promise((_, reject) => {
      const late = new PortError("timeout", {
        port: this.path,
        operation: "write",
        detail: "not sent in time",
      });
      this.#loop.at(atMs, () => {
        if (this.#near !== near) return reject(closedError(this.path));
        if (isBegun) {
          this.abandon();
          near.lost();
        }
        reject(late);
      });
    });
  }

  /** As they are at the end of the wire. */
  #worn(sent: Uint8Array, passage: Passage): Uint8Array {
    return this.faults.worn(spoiled(sent, passage));
  }

  #distribute(wire: Uint8Array, speed: LineSpeed, from?: End): void {
    if (wire.length === 0) return;
    for (const end of this.#ends)
      if (end !== from) end.target.receive(sampled(wire, speed, end.target.speed), end.line);
  }

  /** Where wires are shared, whoever talks in the same span of time spoils it for both. */
  #pass(talker: object, startMs: number, endMs: number): Passage {
    const passage: Passage = { talker, startMs, endMs, collisions: [] };
    if (this.#ends.length < 2) return passage;
    this.#passages = this.#passages.filter((other) => other.endMs > this.#loop.now);
    for (const other of this.#passages) {
      const fromMs = Math.max(startMs, other.startMs);
      const toMs = Math.min(endMs, other.endMs);
      if (other.talker === talker || fromMs >= toMs) continue;
      for (const one of [passage, other]) one.collisions.push([fromMs, toMs]);
    }
    this.#passages.push(passage);
    return passage;
  }

  #passed({ startMs, endMs, collisions }: Passage, isHeard: boolean): void {
    this.#busyMs += endMs - startMs;
    if (!isHeard || collisions.length > 0) this.#errors++;
  }

  #openError(detail: string): PortError {
    this.#errors++;
    return new PortError("bus", { port: this.path, operation: "open", detail });
  }
}
