import { PortError, withCheck } from "./error.ts";
import {
  checkTransfer,
  type I2cBus,
  type I2cOperation,
  type I2cPort,
  type MultiplexerChannel,
} from "./i2c.ts";

/** Addresses that the A0 to A2 straps of a TCA9548A or PCA9548A choose from (TI SCPS207, section 8.5.2). */
const addressMin = 0x70;
const addressMax = 0x77;
export const multiplexerChannels = 8;

/**
 * The I2C port over the controllers that `openBus` opens: whoever opens a bus `behind` a multiplexer gets every
 * transfer preceded by the selection of its channel, where that is not selected already, and nothing in between.
 * - At most one channel of one multiplexer is selected, so that equal addresses never answer together. A part on
 *   the bus itself is spoken to with no channel selected behind which its address was seen.
 * - After a transfer that failed, nothing is taken to be selected: the multiplexer may have been reset.
 * - A PortError of the selection carries the multiplexer's address.
 * A bus with no multiplexer on it is passed on as it is.
 */
export function withMultiplexers(openBus: (bus: number) => Promise<I2cBus>): I2cPort {
  const trunks = new Map<number, Trunk>();
  return {
    async open(number, behind) {
      if (behind) checkMultiplexer(behind);
      const bus = await openBus(number);
      const trunk = trunks.get(number) ?? new Trunk();
      trunks.set(number, trunk);
      return behind ? new BranchBus(bus, trunk, behind) : new TrunkBus(bus, trunk);
    },
  };
}

function checkMultiplexer({ address, channel }: MultiplexerChannel): void {
  if (!Number.isInteger(address) || address < addressMin || address > addressMax)
    throw new RangeError(`I2C multiplexer address ${address} is not from 0x70 to 0x77`);
  if (!Number.isInteger(channel) || channel < 0 || channel >= multiplexerChannels)
    throw new RangeError(`I2C multiplexer channel ${channel} is not from 0 to ${multiplexerChannels - 1}`);
}

/** What is known of a multiplexer. */
interface Multiplexer {
  readonly address: number;
  /** Its control register, a bit for each channel; undefined while nobody knows. */
  control: number | undefined;
  /** Per address that was spoken to behind it, the channels where. */
  readonly seen: Map<number, number>;
}

/** One bus and the multiplexers on it, shared by everybody who has it open. */
class Trunk {
  readonly #multiplexers = new Map<number, Multiplexer>();
  #tail: Promise<unknown> = Promise.resolve();

  get hasMultiplexers(): boolean {
    return this.#multiplexers.size > 0;
  }

  multiplexer(address: number): Multiplexer {
    const known = this.#multiplexers.get(address) ?? { address, control: undefined, seen: new Map() };
    this.#multiplexers.set(address, known);
    return known;
  }

  /** Runs `work` when all that was asked for before is done. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work).catch((error: unknown) => {
      this.#forget();
      throw error;
    });
    this.#tail = turn.catch(() => {});
    return turn;
  }

  /** Selects what `address` behind `wanted` needs, and nothing else. */
  async select(bus: I2cBus, wanted: Multiplexer, channel: number, address: number): Promise<void> {
    for (const other of this.#multiplexers.values())
      if (other !== wanted && other.control !== 0) await this.#deselect(bus, other);
    const bit = 1 << channel;
    wanted.seen.set(address, (wanted.seen.get(address) ?? 0) | bit);
    if (wanted.control !== bit) await write(bus, wanted, bit, `select channel ${channel}`);
  }

  /** Makes sure that only the bus itself answers at `address`. */
  async expose(bus: I2cBus, address: number, operations: readonly I2cOperation[]): Promise<void> {
    for (const multiplexer of this.#multiplexers.values()) {
      const { control = ~0, seen } = multiplexer;
      if (control & (seen.get(address) ?? 0)) await this.#deselect(bus, multiplexer);
    }
    const spokenTo = this.#multiplexers.get(address);
    if (spokenTo && operations.some((operation) => "write" in operation)) spokenTo.control = undefined;
  }

  /** A multiplexer that does not answer passes nothing on: it keeps nobody from the others. */
  async #deselect(bus: I2cBus, multiplexer: Multiplexer): Promise<void> {
    await write(bus, multiplexer, 0, "select no channel").catch((error: unknown) => {
      if (!(error instanceof PortError) || error.kind !== "no-acknowledge-address") throw error;
    });
  }

  #forget(): void {
    for (const multiplexer of this.#multiplexers.values()) multiplexer.control = undefined;
  }
}

async function write(
  bus: I2cBus,
  multiplexer: Multiplexer,
  control: number,
  operation: string,
): Promise<void> {
  const { address } = multiplexer;
  multiplexer.control = undefined;
  await bus.transfer(address, [{ write: Uint8Array.of(control) }]).catch((cause: unknown) => {
    if (!(cause instanceof PortError)) throw cause;
    const detail = withCheck(cause.kind, "the I2C multiplexer itself, not a part behind it");
    throw new PortError(cause.kind, { port: bus.name, address, operation, detail, cause });
  });
  multiplexer.control = control;
}

/** What is to be sent is what was asked for, whatever the caller does with its bytes while it waits. */
const copyOf = (operations: readonly I2cOperation[]): readonly I2cOperation[] =>
  operations.map((operation) => ("write" in operation ? { write: operation.write.slice() } : operation));

/** The bus itself. */
class TrunkBus implements I2cBus {
  readonly name: string;
  readonly #bus: I2cBus;
  readonly #trunk: Trunk;

  constructor(bus: I2cBus, trunk: Trunk) {
    this.name = bus.name;
    this.#bus = bus;
    this.#trunk = trunk;
  }

  /** Whatever comes between a selection and what it is for has to wait: with multiplexers no transfer is at once. */
  get transferNow(): I2cBus["transferNow"] {
    return this.#trunk.hasMultiplexers ? undefined : this.#bus.transferNow;
  }

  async transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    if (!this.#trunk.hasMultiplexers) return this.#bus.transfer(address, operations);
    checkTransfer(address, operations);
    const copy = copyOf(operations);
    return this.#trunk.inTurn(async () => {
      await this.#trunk.expose(this.#bus, address, copy);
      return this.#bus.transfer(address, copy);
    });
  }

  close(): Promise<void> {
    return this.#bus.close();
  }
}

/** The bus as it is behind one channel of a multiplexer. */
class BranchBus implements I2cBus {
  readonly name: string;
  readonly #bus: I2cBus;
  readonly #trunk: Trunk;
  readonly #multiplexer: Multiplexer;
  readonly #channel: number;
  #isOpen = true;

  constructor(bus: I2cBus, trunk: Trunk, { address, channel }: MultiplexerChannel) {
    this.name = `${bus.name} (0x${address.toString(16)} channel ${channel})`;
    this.#bus = bus;
    this.#trunk = trunk;
    this.#multiplexer = trunk.multiplexer(address);
    this.#channel = channel;
  }

  async transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    checkTransfer(address, operations);
    const copy = copyOf(operations);
    return this.#trunk.inTurn(async () => {
      if (!this.#isOpen)
        throw new PortError("not-ready", { port: this.name, address, operation: "transfer" });
      await this.#trunk.select(this.#bus, this.#multiplexer, this.#channel, address);
      return this.#bus.transfer(address, copy).catch((cause: unknown) => {
        if (!(cause instanceof PortError)) throw cause;
        throw new PortError(cause.kind, { port: this.name, address, operation: cause.operation, cause });
      });
    });
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#bus.close();
  }
}
