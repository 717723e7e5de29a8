import type { I2cBus, I2cOperation } from "#devices/ports/i2c.ts";
import { type Adapter, openBusFile } from "#firmware/ports/i2c-bus-file.ts";
import type { KernelTurn } from "#firmware/ports/kernel-turn.ts";
import { systemError } from "./errno.ts";
import type { VirtualI2cBus } from "./i2c.ts";
import { errnoOfTransfer } from "./i2c-errno.ts";
import type { KernelEdge } from "./kernel-edge.ts";
import type { KernelCall, NodeFaults } from "./kernel-faults.ts";

/** Makes the calls that i2c-bus 5.2.3 makes of /dev/i2c-N, on a simulated bus: each may meet a fault of the node. */
class SimulatedFile implements Adapter {
  readonly #bus: VirtualI2cBus;
  readonly #node: NodeFaults;
  /** By address: i2c-bus keeps a file open for each, which was told that address once. */
  readonly #isAddressed = new Uint8Array(128);

  constructor(bus: VirtualI2cBus, node: NodeFaults) {
    this.#bus = bus;
    this.#node = node;
  }

  addressed(address: number): void {
    this.#isAddressed[address] = 1;
  }

  async i2cFuncs(): Promise<void> {
    await this.#fileFor(0);
    await this.#node.enter("I2C_FUNCS");
  }

  async i2cWrite(address: number, length: number, buffer: Buffer) {
    await this.#transfer("write", address, [{ write: buffer.subarray(0, length) }]);
    return { bytesWritten: length, buffer };
  }

  async i2cRead(address: number, length: number, buffer: Buffer) {
    return this.#read("read", address, [{ read: length }], buffer);
  }

  async readI2cBlock(address: number, command: number, length: number, buffer: Buffer) {
    const operations = [{ write: Uint8Array.of(command) }, { read: length }];
    return this.#read("I2C_SMBUS", address, operations, buffer);
  }

  async close(): Promise<void> {
    this.#isAddressed.fill(0);
  }

  async #read(call: KernelCall, address: number, operations: readonly I2cOperation[], buffer: Buffer) {
    const [bytes] = await this.#transfer(call, address, operations);
    buffer.set(bytes!);
    return { bytesRead: bytes!.length, buffer };
  }

  async #transfer(
    call: KernelCall,
    address: number,
    operations: readonly I2cOperation[],
  ): Promise<Uint8Array[]> {
    await this.#fileFor(address);
    await this.#node.enter(call);
    try {
      return this.#bus.transfer(address, operations);
    } catch (error) {
      throw systemError(errnoOfTransfer(error), call);
    }
  }

  async #fileFor(address: number): Promise<void> {
    if (this.#isAddressed[address]) return;
    await this.#node.enter("open");
    this.addressed(address);
    await this.#node.enter("I2C_SLAVE", address).catch((cause: NodeJS.ErrnoException) => {
      throw Object.assign(cause, { syscall: "setAddr" });
    });
  }
}

/**
 * The bus behind a device node that can have faults. While it has one, what the unit hears is what its port on a board
 * makes of the kernel's answers, by the very code of that port; at other times nothing stands between it and the wires.
 */
export async function openAtEdge(
  number: number,
  {
    bus,
    straight,
  }: { readonly bus: VirtualI2cBus; readonly straight: I2cBus & Required<Pick<I2cBus, "transferNow">> },
  { faults }: KernelEdge,
  turn: KernelTurn,
): Promise<I2cBus> {
  const node = faults.node(`/dev/i2c-${number}`);
  let file: SimulatedFile;
  const throughKernel = await openBusFile(number, turn, async () => {
    file = new SimulatedFile(bus, node);
    return file;
  });
  const transferNow = (address: number, operations: readonly I2cOperation[]) => {
    file.addressed(address);
    return straight.transferNow!(address, operations);
  };
  return {
    name: straight.name,
    get transferNow() {
      return node.isTroubled ? undefined : transferNow;
    },
    transfer: async (address, operations) =>
      node.isTroubled ? throughKernel.transfer(address, operations) : transferNow(address, operations),
    async close() {
      await straight.close();
      await throughKernel.close();
    },
  };
}
