import { PortError } from "#devices/ports/error.ts";
import {
  checkTransfer,
  type I2cBus,
  type I2cOperation,
  type I2cPort,
  type MultiplexerChannel,
} from "#devices/ports/i2c.ts";
import { withMultiplexers } from "#devices/ports/multiplexer.ts";
import { callLimit } from "#firmware/ports/i2c-bus-file.ts";
import { KernelTurn } from "#firmware/ports/kernel-turn.ts";
import { openAtEdge } from "./i2c-file.ts";
import type { KernelEdge } from "./kernel-edge.ts";

/** A simulated part as the bus sees it: bytes in, bytes out, in one thread and at one instant. */
export interface I2cTarget {
  /** Bytes after the address of a write. False: the target did not acknowledge one of them. */
  write(bytes: Uint8Array): boolean;
  /** `length` bytes after the address of a read. */
  read(length: number): Uint8Array;
}

export type BusFault = "arbitration-lost" | "bus" | "timeout";

/** What passed over the wires of a bus since the street began. */
export interface I2cTraffic {
  /** Begun by the controller, those that failed among them; from a START to its STOP is one. */
  readonly transfers: number;
  /** For which bits were on the wire, ms. */
  readonly busyMs: number;
  /** Transfers that an address or a part did not acknowledge. */
  readonly nacks: number;
  /** Transfers that failed by the bus itself: a line held low, arbitration lost, no answer in time. */
  readonly busErrors: number;
}

/**
 * An I2C bus of one board: parts are attached at addresses; faults are verbs. What passes over it is counted.
 * Multiplexers lead on from it to branches: while one is connected, its wires are this bus's wires.
 */
export class VirtualI2cBus {
  readonly name: string;
  readonly clockHz: number;
  readonly #targets = new Map<number, I2cTarget>();
  #swapped: ReadonlyMap<number, I2cTarget> | undefined;
  readonly #branches = new Map<string, VirtualI2cBus>();
  /** This bus, and the branches that are connected to it now. */
  #wires: readonly VirtualI2cBus[] = [this];
  #fault: BusFault | undefined;
  #faultsLeft = 0;
  #stretches: ReadonlyMap<number, number> | undefined;
  /** What another process does after each transfer of ours, by address. */
  #intrusions: ReadonlyMap<number, readonly I2cOperation[]> | undefined;
  #busyMs = 0;
  #transfers = 0;
  #nacks = 0;
  #busErrors = 0;

  constructor(name: string, clockHz = 100_000) {
    this.name = name;
    this.clockHz = clockHz;
  }

  attach(address: number, target: I2cTarget): void {
    if (this.#targets.has(address))
      throw new Error(`${this.name}: address 0x${address.toString(16)} is taken: two parts clash`);
    this.#targets.set(address, target);
  }

  detach(address: number): void {
    this.#targets.delete(address);
  }

  /** Fault: somebody put another part at an address, which answers in place of the right one; undefined: put back. */
  swap(address: number, stranger: I2cTarget | undefined): void {
    const swapped = new Map(this.#swapped);
    if (stranger) swapped.set(address, stranger);
    else swapped.delete(address);
    this.#swapped = swapped.size > 0 ? swapped : undefined;
  }

  /** The wires behind a multiplexer's channel, whether the multiplexer is there yet or not. */
  branch({ address, channel }: MultiplexerChannel): VirtualI2cBus {
    const name = `${this.name} (0x${address.toString(16)} channel ${channel})`;
    const known = this.#branches.get(name) ?? new VirtualI2cBus(name, this.clockHz);
    this.#branches.set(name, known);
    return known;
  }

  connect(branch: VirtualI2cBus): void {
    if (!this.#wires.includes(branch)) this.#wires = [...this.#wires, branch];
  }

  disconnect(branch: VirtualI2cBus): void {
    this.#wires = this.#wires.filter((bus) => bus !== branch);
  }

  /** Milliseconds for which bits were on the wire since the street began. */
  get busyMs(): number {
    return this.#busyMs;
  }

  get traffic(): I2cTraffic {
    return {
      transfers: this.#transfers,
      busyMs: this.#busyMs,
      nacks: this.#nacks,
      busErrors: this.#busErrors,
    };
  }

  /** A line held low: every transfer fails like this, `times` times or until `release`. */
  hold(fault: BusFault = "timeout", times = Number.POSITIVE_INFINITY): void {
    this.#fault = fault;
    this.#faultsLeft = times;
  }

  release(): void {
    this.#fault = undefined;
  }

  /**
   * The part at an address is slow: it holds SCL low for `ms` in each transfer (clock stretching, UM10204 section
   * 3.1.9). 0 ends it. The bits take that much longer.
   */
  stretch(address: number, ms: number): void {
    const stretches = new Map(this.#stretches).set(address, ms);
    if (ms === 0) stretches.delete(address);
    this.#stretches = stretches.size > 0 ? stretches : undefined;
  }

  /**
   * Another process uses the bus: the kernel lets it in between two transfers, and never within one (i2c-core-base.c,
   * i2c_transfer). After each of ours it makes one at an address; undefined ends that.
   */
  intrude(address: number, operations: readonly I2cOperation[] | undefined): void {
    const intrusions = new Map(this.#intrusions);
    if (operations) intrusions.set(address, operations);
    else intrusions.delete(address);
    this.#intrusions = intrusions.size > 0 ? intrusions : undefined;
  }

  transfer(address: number, operations: readonly I2cOperation[]): Uint8Array[] {
    const results = this.#pass(address, operations);
    if (this.#intrusions) this.#letIn(this.#intrusions);
    return results;
  }

  /** What becomes of theirs is nothing to us. */
  #letIn(intrusions: ReadonlyMap<number, readonly I2cOperation[]>): void {
    for (const [address, operations] of intrusions)
      try {
        this.#pass(address, operations);
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
      }
  }

  /** Written for speed: a strip of tiles makes 8,000 transfers a second. */
  #pass(address: number, operations: readonly I2cOperation[]): Uint8Array[] {
    this.#transfers++;
    for (const bus of this.#wires) if (bus.#fault) this.#failHeld(bus, bus.#fault, address);
    const target = this.#at(address);
    if (!target) throw this.#unacknowledged("no-acknowledge-address", address, "address");
    if (this.#stretches) this.#busyMs += this.#stretches.get(address) ?? 0;
    const results: Uint8Array[] = [];
    for (const operation of operations)
      if ("write" in operation) {
        this.#count(operation.write.length);
        if (!target.write(operation.write))
          throw this.#unacknowledged("no-acknowledge-data", address, "write");
      } else {
        this.#count(operation.read);
        results.push(target.read(operation.read));
      }
    return results;
  }

  /** What answers at an address: a part, or several as one. */
  #at(address: number): I2cTarget | undefined {
    if (this.#wires.length === 1) return this.#own(address);
    const targets = this.#wires.flatMap((bus) => bus.#own(address) ?? []);
    return targets.length > 1 ? together(targets) : targets[0];
  }

  #own(address: number): I2cTarget | undefined {
    return this.#swapped?.get(address) ?? this.#targets.get(address);
  }

  /** @param held this bus, or a branch of it: its wires are this bus's wires */
  #failHeld(held: VirtualI2cBus, fault: BusFault, address: number): void {
    this.#busErrors++;
    if (--held.#faultsLeft <= 0) held.release();
    throw held.#error(fault, address, "START");
  }

  #unacknowledged(kind: PortError["kind"], address: number, operation: string): PortError {
    this.#nacks++;
    return this.#error(kind, address, operation);
  }

  /** START or repeated START, address byte and data bytes of nine clocks each (UM10204 section 3.1). */
  #count(bytes: number): void {
    this.#busyMs += ((1 + bytes) * 9 + 2) * (1_000 / this.clockHz);
  }

  #error(kind: PortError["kind"], address: number, operation: string): PortError {
    return new PortError(kind, { port: this.name, address, operation });
  }
}

/** The lines are open drain: of parts that answer together, any that sends 0 is heard (UM10204 section 3.1.1). */
const together = (targets: readonly I2cTarget[]): I2cTarget => ({
  write: (bytes) => targets.map((target) => target.write(bytes)).includes(true),
  read: (length) =>
    targets
      .map((target) => target.read(length))
      .reduce((heard, answer) => heard.map((byte, index) => byte & answer[index]!)),
});

/** The I2C port of a simulated board, over the buses that it was given. @param edge where calls can fail as a kernel's */
export function virtualI2cPort(buses: ReadonlyMap<number, VirtualI2cBus>, edge?: KernelEdge): I2cPort {
  const turns = new Map<number, KernelTurn>();
  return withMultiplexers(async (number) => {
    const bus = buses.get(number);
    if (!bus)
      throw new PortError("bus", {
        port: `i2c-${number}`,
        operation: "open",
        detail: `this board has ${[...buses.keys()].map((n) => `i2c-${n}`).join(", ") || "no I2C bus"}`,
      });
    const straight = openBus(bus);
    if (!edge) return straight;
    const turn = turns.get(number) ?? new KernelTurn(edge.clock, callLimit);
    turns.set(number, turn);
    return openAtEdge(number, { bus, straight }, edge, turn);
  });
}

function openBus(bus: VirtualI2cBus) {
  let open = true;
  const transferNow = (address: number, operations: readonly I2cOperation[]) => {
    checkTransfer(address, operations);
    if (!open) throw new PortError("not-ready", { port: bus.name, address, operation: "transfer" });
    return bus.transfer(address, operations);
  };
  return {
    name: bus.name,
    transfer: async (address, operations) => transferNow(address, operations),
    transferNow,
    async close() {
      open = false;
    },
  } satisfies I2cBus;
}
