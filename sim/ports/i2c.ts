import { PortError } from "#devices/ports/error.ts";
import { checkTransfer, type I2cBus, type I2cOperation, type I2cPort } from "#devices/ports/i2c.ts";

/** A simulated part as the bus sees it: bytes in, bytes out, in one thread and at one instant. */
export interface I2cTarget {
  /** Bytes after the address of a write. False: the target did not acknowledge one of them. */
  write(bytes: Uint8Array): boolean;
  /** `length` bytes after the address of a read. */
  read(length: number): Uint8Array;
}

export type BusFault = "arbitration-lost" | "bus" | "timeout";

/** An I2C bus of one board: parts are attached at addresses; faults are verbs. Its time on the wire is counted. */
export class VirtualI2cBus {
  readonly name: string;
  readonly #clockHz: number;
  readonly #targets = new Map<number, I2cTarget>();
  #fault: BusFault | undefined;
  #faultsLeft = 0;
  #busyMs = 0;

  constructor(name: string, clockHz = 100_000) {
    this.name = name;
    this.#clockHz = clockHz;
  }

  attach(address: number, target: I2cTarget): void {
    if (this.#targets.has(address))
      throw new Error(`${this.name}: address 0x${address.toString(16)} is taken: two parts clash`);
    this.#targets.set(address, target);
  }

  detach(address: number): void {
    this.#targets.delete(address);
  }

  /** Milliseconds for which bits were on the wire since the street began. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** A line held low: every transfer fails like this, `times` times or until `release`. */
  hold(fault: BusFault = "timeout", times = Number.POSITIVE_INFINITY): void {
    this.#fault = fault;
    this.#faultsLeft = times;
  }

  release(): void {
    this.#fault = undefined;
  }

  transfer(address: number, operations: readonly I2cOperation[]): Uint8Array[] {
    this.#failIfHeld(address);
    const target = this.#targets.get(address);
    if (!target) throw this.#error("no-acknowledge-address", address, "address");
    const results: Uint8Array[] = [];
    for (const operation of operations) {
      const written = "write" in operation;
      this.#count(written ? operation.write.length : operation.read);
      if (!written) results.push(target.read(operation.read));
      else if (!target.write(operation.write)) throw this.#error("no-acknowledge-data", address, "write");
    }
    return results;
  }

  #failIfHeld(address: number): void {
    if (!this.#fault) return;
    const fault = this.#fault;
    if (--this.#faultsLeft <= 0) this.release();
    throw this.#error(fault, address, "START");
  }

  /** START or repeated START, address byte and data bytes of nine clocks each (UM10204 section 3.1). */
  #count(bytes: number): void {
    this.#busyMs += ((1 + bytes) * 9 + 2) * (1_000 / this.#clockHz);
  }

  #error(kind: PortError["kind"], address: number, operation: string): PortError {
    return new PortError(kind, { port: this.name, address, operation });
  }
}

/** The I2C port of a simulated board, over the buses that it was given. */
export function virtualI2cPort(buses: ReadonlyMap<number, VirtualI2cBus>): I2cPort {
  return {
    async open(number) {
      const bus = buses.get(number);
      if (!bus)
        throw new PortError("bus", {
          port: `i2c-${number}`,
          operation: "open",
          detail: `this board has ${[...buses.keys()].map((n) => `i2c-${n}`).join(", ") || "no I2C bus"}`,
        });
      return openBus(bus);
    },
  };
}

function openBus(bus: VirtualI2cBus): I2cBus {
  let open = true;
  return {
    name: bus.name,
    async transfer(address, operations) {
      checkTransfer(address, operations);
      if (!open) throw new PortError("not-ready", { port: bus.name, address, operation: "transfer" });
      return bus.transfer(address, operations);
    },
    async close() {
      open = false;
    },
  };
}
