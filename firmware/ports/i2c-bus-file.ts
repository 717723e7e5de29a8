import type { PromisifiedBus } from "i2c-bus";
import { seconds } from "#devices/duration.ts";
import { PortError } from "#devices/ports/error.ts";
import { checkTransfer, type I2cBus, type I2cOperation } from "#devices/ports/i2c.ts";
import { i2cError } from "./i2c-error.ts";
import type { KernelTurn } from "./kernel-turn.ts";

export interface Adapter extends Pick<PromisifiedBus, "i2cRead" | "i2cWrite" | "readI2cBlock" | "close"> {
  i2cFuncs(): Promise<unknown>;
}
export type OpenAdapter = (bus: number) => Promise<Adapter>;

/** When a call is given up; the kernel's own limit, after which SCL counts as stuck, is 1 s. */
export const callLimit = seconds(2);

/** The bus behind `/dev/i2c-N`, whoever makes the calls of i2c-bus. @param turn of all who have this bus open */
export async function openBusFile(number: number, turn: KernelTurn, open: OpenAdapter): Promise<I2cBus> {
  const name = `i2c-${number}`;
  const adapter = await open(number);
  // i2c-bus opens the device file at its first use: this is one, and puts nothing on the wire.
  await turn.call({ port: name, operation: "open" }, () =>
    adapter.i2cFuncs().catch((cause: unknown) => {
      throw i2cError(name, "open", cause);
    }),
  );
  return new BusFile(name, turn, adapter, () => open(number));
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
  readonly #turn: KernelTurn;
  readonly #reopen: () => Promise<Adapter>;
  #adapter: Adapter;
  #last: Promise<unknown> = Promise.resolve();
  #unanswered = 0;
  /** A call of its own is in the kernel now. After its deadline it may be there for ever. */
  #isInKernel = false;
  #open = true;

  constructor(name: string, turn: KernelTurn, adapter: Adapter, reopen: () => Promise<Adapter>) {
    this.name = name;
    this.#turn = turn;
    this.#adapter = adapter;
    this.#reopen = reopen;
  }

  async transfer(address: number, operations: readonly I2cOperation[]): Promise<Uint8Array[]> {
    checkTransfer(address, operations);
    const call = callFor(operations);
    const place = { port: this.name, address, operation: "transfer" };
    const perform = async () => {
      if (!this.#open) throw new PortError("not-ready", { ...place, detail: "the bus is closed" });
      return this.#perform(address, call);
    };
    // What moves something only writes, and must not wait for every part that is read: nor overtake its own part.
    const isUrgent = this.#unanswered === 0 && operations.every((operation) => "write" in operation);
    this.#unanswered++;
    const transfer = this.#turn.call(place, perform, isUrgent).finally(() => this.#unanswered--);
    this.#last = transfer.catch(() => {});
    return transfer;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#last;
    // Closing the file of a call that hangs in the kernel would hang as well.
    if (!this.#isInKernel) await this.#adapter.close();
  }

  async #perform(address: number, call: Call): Promise<Uint8Array[]> {
    this.#isInKernel = true;
    try {
      return await call(this.#adapter, address);
    } catch (cause) {
      await this.#forgetAddress(cause);
      throw i2cError(this.name, "transfer", cause, address);
    } finally {
      this.#isInKernel = false;
    }
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
