import type { PromisifiedBus } from "i2c-bus";
import { type Duration, seconds } from "#devices/duration.ts";
import { type Clock, deadline } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { checkTransfer, type I2cBus, type I2cOperation } from "#devices/ports/i2c.ts";
import { i2cError } from "./i2c-error.ts";

export interface Adapter extends Pick<PromisifiedBus, "i2cRead" | "i2cWrite" | "readI2cBlock" | "close"> {
  i2cFuncs(): Promise<unknown>;
}
export type OpenAdapter = (bus: number) => Promise<Adapter>;

/** When a transfer is given up; the kernel's own limit, after which SCL counts as stuck, is 1 s. */
const transferLimit = seconds(2);

/** The bus behind `/dev/i2c-N`, whoever makes the calls of i2c-bus. */
export async function openBusFile(
  number: number,
  clock: Clock,
  open: OpenAdapter,
  limit: Duration = transferLimit,
): Promise<I2cBus> {
  const name = `i2c-${number}`;
  const adapter = await open(number);
  // i2c-bus opens the device file at its first use: this is one, and puts nothing on the wire.
  await adapter.i2cFuncs().catch((cause: unknown) => {
    throw i2cError(name, "open", cause);
  });
  return new BusFile(name, clock, limit, adapter, () => open(number));
}

/** One transfer, as i2c-bus can do it: resolves with the bytes of each read. */
type Call = (adapter: Adapter, address: number) => Promise<Uint8Array[]>;

/** A checked transfer is one of three: i2c-bus makes a repeated START only in readI2cBlock. */
function callFor([first, second]: readonly I2cOperation[]): Call {
  if (first && "read" in first) return readCall(first.read);
  if (second && "read" in second) return registerCall(first!.write[0]!, second.read);
  return writeCall(first!.write);
}

function writeCall(bytes: Uint8Array): Call {
  const copy = Buffer.from(bytes);
  return async (adapter, address) => {
    const { bytesWritten } = await adapter.i2cWrite(address, copy.length, copy);
    if (bytesWritten !== copy.length) throw new Error(`${bytesWritten} of ${copy.length} bytes were written`);
    return [];
  };
}

function readCall(length: number): Call {
  return async (adapter, address) => [
    whole(length, await adapter.i2cRead(address, length, Buffer.alloc(length))),
  ];
}

function registerCall(register: number, length: number): Call {
  return async (adapter, address) => [
    whole(length, await adapter.readI2cBlock(address, register, length, Buffer.alloc(length))),
  ];
}

function whole(length: number, { bytesRead, buffer }: { bytesRead: number; buffer: Buffer }): Uint8Array {
  if (bytesRead !== length) throw new Error(`${bytesRead} of ${length} bytes were read`);
  return Uint8Array.from(buffer);
}

class BusFile implements I2cBus {
  readonly name: string;
  readonly #clock: Clock;
  readonly #limit: Duration;
  readonly #reopen: () => Promise<Adapter>;
  #adapter: Adapter;
  #tail: Promise<unknown> = Promise.resolve();
  /** The call that is in the kernel now. After its deadline it may be there for ever. */
  #inKernel: Promise<unknown> | undefined;
  #open = true;

  constructor(name: string, clock: Clock, limit: Duration, adapter: Adapter, reopen: () => Promise<Adapter>) {
    this.name = name;
    this.#clock = clock;
    this.#limit = limit;
    this.#adapter = adapter;
    this.#reopen = reopen;
  }

  async transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    checkTransfer(address, operations);
    const call = callFor(operations);
    const turn = this.#tail.then(() => this.#perform(address, call));
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#tail;
    // Closing the file of a call that hangs in the kernel would hang as well.
    if (!this.#inKernel) await this.#adapter.close();
  }

  async #perform(address: number, call: Call): Promise<Uint8Array[]> {
    const place = { port: this.name, address, operation: "transfer" };
    if (!this.#open) throw new PortError("not-ready", { ...place, detail: "the bus is closed" });
    if (this.#inKernel)
      throw new PortError("timeout", { ...place, detail: "an earlier transfer still hangs in the kernel" });
    const work = call(this.#adapter, address).catch(async (cause: unknown) => {
      await this.#forgetAddress(cause);
      throw i2cError(this.name, "transfer", cause, address);
    });
    this.#inKernel = work.then(
      () => this.#returned(),
      () => this.#returned(),
    );
    const late = () =>
      new PortError("timeout", { ...place, detail: `the kernel did not return within ${this.#limit} ms` });
    return deadline(this.#clock, this.#limit, work, late);
  }

  #returned(): void {
    this.#inKernel = undefined;
  }

  /**
   * When the kernel refuses an address, i2c-bus keeps the file it opened for it, and would use it next time as
   * if the address were set: that transfer would go to address 0, the general call.
   */
  async #forgetAddress(cause: unknown): Promise<void> {
    if ((cause as NodeJS.ErrnoException).syscall !== "setAddr") return;
    await this.#adapter.close();
    this.#adapter = await this.#reopen();
  }
}
