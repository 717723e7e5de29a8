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
 * transfer preceded by the selection of its channel, where that is not selected already, and followed by a look at
 * what is selected then; none of ours comes in between.
 * - At most one channel of one multiplexer is selected, so that equal addresses never answer together. A part on
 *   the bus itself is spoken to with no channel selected behind which its address was seen.
 * - Another process, or a supply that dips, can switch a multiplexer between a selection and what it is for: the
 *   transfer is then with another branch. So the control register of every multiplexer on the bus is read back after
 *   each transfer behind one (TI SCPS207, section 8.5.3.2), and where it is not as it was left, the transfer rejects
 *   with `arbitration-lost` instead of what was read. That cannot tell of a switch away and back again in between.
 * - After a transfer that failed, nothing is taken to be selected: the next one selects anew.
 * - A PortError of a selection or of reading it back carries the multiplexer's address.
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

  /** What was written to all multiplexers for `channel` of `wanted` is what they still hold. */
  async confirm(bus: I2cBus, wanted: Multiplexer, channel: number, transfer: Transfer): Promise<void> {
    for (const multiplexer of this.#multiplexers.values()) {
      const expected = multiplexer === wanted ? 1 << channel : 0;
      const found = await readBack(bus, multiplexer).catch((error: unknown) => {
        if (multiplexer === wanted || !isAbsent(error)) throw error;
        return 0;
      });
      if (found !== expected) throw switched(bus, multiplexer, { expected, found }, transfer);
    }
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
      if (!isAbsent(error)) throw error;
    });
  }

  #forget(): void {
    for (const multiplexer of this.#multiplexers.values()) multiplexer.control = undefined;
  }
}

const isAbsent = (error: unknown) => error instanceof PortError && error.kind === "no-acknowledge-address";

async function write(
  bus: I2cBus,
  multiplexer: Multiplexer,
  control: number,
  operation: string,
): Promise<void> {
  multiplexer.control = undefined;
  await converse(bus, multiplexer, { write: Uint8Array.of(control) }, operation);
  multiplexer.control = control;
}

async function readBack(bus: I2cBus, multiplexer: Multiplexer): Promise<number> {
  const [control] = await converse(bus, multiplexer, { read: 1 }, "read back the control register");
  return control![0]!;
}

/** A transfer with the multiplexer itself. */
function converse(
  bus: I2cBus,
  { address }: Multiplexer,
  what: I2cOperation,
  operation: string,
): Promise<Uint8Array[]> {
  return bus.transfer(address, [what]).catch((cause: unknown) => {
    if (!(cause instanceof PortError)) throw cause;
    const detail = withCheck(cause.kind, "the I2C multiplexer itself, not a part behind it");
    throw new PortError(cause.kind, { port: bus.name, address, operation, detail, cause });
  });
}

/** What a selection was for, with what came of it, or may have. */
interface Transfer {
  readonly address: number;
  readonly outcome: string;
}

const outcomeOf = (operations: readonly I2cOperation[]) =>
  operations.some((operation) => "read" in operation)
    ? "what was read may be another branch's"
    : "what was written may be in another branch";

interface Controls {
  readonly expected: number;
  readonly found: number;
}

/** A multiplexer was switched while a transfer was under way. */
function switched(bus: I2cBus, { address }: Multiplexer, controls: Controls, transfer: Transfer): PortError {
  const { expected, found } = controls;
  const who = found === 0 ? "its supply dipped, or another process did it" : "another process did it";
  return new PortError("arbitration-lost", {
    port: bus.name,
    address,
    operation: `read back the control register after a transfer with ${hex(transfer.address)}`,
    detail:
      `the I2C multiplexer has ${channelsIn(found)} selected, not ${channelsIn(expected)}: ${who} ` +
      `(fuser -v /dev/${bus.name} tells who has the bus open), and ${transfer.outcome}`,
  });
}

const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;

/** What a control register selects: `channel 3 (0x08)`. */
function channelsIn(control: number): string {
  const channels = Array.from({ length: multiplexerChannels }, (_, channel) => channel).filter(
    (channel) => control & (1 << channel),
  );
  return `${channels.length === 0 ? "no channel" : `channel ${channels.join(", ")}`} (${hex(control)})`;
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
      return this.#throughChannel(address, copy);
    });
  }

  async #throughChannel(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    const confirm = (outcome: string) =>
      this.#trunk.confirm(this.#bus, this.#multiplexer, this.#channel, { address, outcome });
    await this.#trunk.select(this.#bus, this.#multiplexer, this.#channel, address);
    const read = await this.#bus.transfer(address, operations).catch(async (cause: unknown) => {
      if (!(cause instanceof PortError)) throw cause;
      if (isAbsent(cause)) await confirm("nobody answered, who may well be there");
      throw new PortError(cause.kind, { port: this.name, address, operation: cause.operation, cause });
    });
    await confirm(outcomeOf(operations));
    return read;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#bus.close();
  }
}
