import { PortError } from "#devices/ports/error.ts";
import type { I2cOperation } from "#devices/ports/i2c.ts";
import type { EventLoop } from "../../loop.ts";
import type { VirtualI2cBus } from "../../ports/i2c.ts";
import type { UsbDevice, UsbSetup } from "./usb-ip.ts";

/** Standard requests (USB 2.0, table 9-4) that need an answer of more than nothing. */
const getStatus = 0;
const getDescriptor = 6;
const getConfiguration = 8;
const descriptorTypes = { device: 1, configuration: 2 } as const;

/** USB 1.1, vendor's own class, 64-byte packets, 0403:c631 version 2.05, no strings, one configuration. */
const deviceDescriptor = Uint8Array.of(
  ...[18, descriptorTypes.device, 0x10, 0x01, 0xff, 0, 0, 64],
  ...[0x03, 0x04, 0x31, 0xc6, 0x05, 0x02, 0, 0, 0, 1],
);
/** Powered by the bus, 10 mA; one interface of the vendor's own class, without endpoints. */
const configurationDescriptor = Uint8Array.of(
  ...[9, descriptorTypes.configuration, 18, 0, 1, 1, 0, 0x80, 5],
  ...[9, 4, 0, 0, 0, 0xff, 0, 0, 0],
);

/** The adapter's own requests (Linux, drivers/i2c/busses/i2c-tiny-usb.c). */
const commands = { echo: 0, functionality: 1, delay: 2, status: 3, transfer: 4 } as const;
/** In the command of a message: the transfer begins, or ends, with it. */
const begins = 1;
const ends = 2;
const statuses = { idle: 0, acknowledged: 1, notAcknowledged: 2 } as const;
/** I2C_FUNC_I2C and I2C_FUNC_SMBUS_EMUL (Linux, include/uapi/linux/i2c.h): what i2c-bcm2835 has. */
const functionality = Uint8Array.of(0x09, 0x00, 0xff, 0x0e);
const isRead = 1;
const typeMask = 0x60;
const vendorType = 0x40;

/**
 * An i2c-tiny-usb adapter whose two wires are those of a simulated bus: the kernel's own driver makes a bus of it. A
 * transfer takes the time that its bits take. The adapter can tell of a byte that was not acknowledged (ENXIO). On a line
 * held low it waits for ever, as its firmware does for SCL, until the kernel takes the request back, after 2 s (EIO; by
 * then a program that waits no longer than that has given it up). Any other failure stalls it (EIO), for its protocol
 * has no word for it.
 */
export class TinyUsbAdapter implements UsbDevice {
  readonly #bus: VirtualI2cBus;
  readonly #loop: EventLoop;
  readonly #sleep: (ms: number) => void;
  #status: number = statuses.idle;
  #operations: I2cOperation[] = [];

  /** @param sleep of this very thread, for less than a millisecond */
  constructor(bus: VirtualI2cBus, loop: EventLoop, sleep: (ms: number) => void = threadSleep) {
    this.#bus = bus;
    this.#loop = loop;
    this.#sleep = sleep;
  }

  async control(setup: UsbSetup, data: Uint8Array): Promise<Uint8Array | undefined> {
    if ((setup.requestType & typeMask) !== vendorType) return standard(setup);
    switch (setup.request) {
      case commands.echo:
        return Uint8Array.of(setup.value & 0xff, setup.value >> 8);
      case commands.functionality:
        return functionality;
      case commands.delay:
        return new Uint8Array();
      case commands.status:
        return Uint8Array.of(this.#status);
      default:
        return setup.request >= commands.transfer && setup.request <= (commands.transfer | begins | ends)
          ? await this.#message(setup, data)
          : undefined;
    }
  }

  /** One message of a transfer. The parts see the transfer when it is whole, so a first write is taken on trust. */
  async #message({ request, value: flags, index: address, length }: UsbSetup, data: Uint8Array) {
    if (request & begins) this.#operations = [];
    this.#operations.push(flags & isRead ? { read: length } : { write: Uint8Array.from(data) });
    this.#status = statuses.acknowledged;
    // A message to be read that does not end the transfer cannot wait for those after it.
    if (!(request & ends) && !(flags & isRead)) return new Uint8Array();
    const operations = this.#operations;
    this.#operations = [];
    const { answer, busyMs } = await inTurn(this.#loop, () => this.#begun(address, operations, length));
    const wholeMs = Math.floor(busyMs);
    if (wholeMs > 0)
      await new Promise<void>((resolve) => void this.#loop.at(this.#loop.now + wholeMs, resolve));
    return await answer();
  }

  /**
   * Node's timers wait for whole milliseconds: many transfers are shorter, and a bus would be full at a tenth of its rate.
   * What is left of one this very thread sleeps.
   */
  async #begun(address: number, operations: readonly I2cOperation[], length: number) {
    await new Promise<void>((resolve) => this.#loop.fromOutside(resolve));
    const before = this.#bus.busyMs;
    const answer = this.#transferred(address, operations, length);
    const busyMs = this.#bus.busyMs - before;
    if (busyMs % 1 > 0) this.#sleep(busyMs % 1);
    return { answer, busyMs };
  }

  /** @returns what the adapter answers when the bits have passed */
  #transferred(
    address: number,
    operations: readonly I2cOperation[],
    length: number,
  ): () => Promise<Uint8Array | undefined> {
    // Of a message without data the part sees no byte: its address is called, and it acknowledges.
    const filled = operations.filter((one) => ("read" in one ? one.read : one.write.length) > 0);
    try {
      const bytes = this.#bus.transfer(address, filled).at(-1) ?? new Uint8Array();
      return async () => bytes;
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      if (error.kind === "timeout") return () => never;
      if (!error.kind.startsWith("no-acknowledge")) return async () => undefined;
      return async () => {
        this.#status = statuses.notAcknowledged;
        return new Uint8Array(length);
      };
    }
  }
}

const turns = new WeakMap<EventLoop, Promise<unknown>>();

/**
 * One transfer of all buses after another: while a thread sleeps its loop stands, and what began a moment later would be
 * answered at a time that is past. A conversion would not be over yet that the program waited for.
 */
function inTurn<T>(loop: EventLoop, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(loop) ?? Promise.resolve()).then(work);
  turns.set(
    loop,
    turn.catch(() => {}),
  );
  return turn;
}

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** All else that this thread does waits, too: what comes meanwhile is heard late by no more than that. */
const threadSleep = (ms: number): void => void Atomics.wait(nobody, 0, 0, ms);

const never = new Promise<never>(() => {});

function standard({ request, value }: UsbSetup): Uint8Array | undefined {
  if (request === getStatus) return Uint8Array.of(0, 0);
  if (request === getConfiguration) return Uint8Array.of(1);
  if (request !== getDescriptor) return new Uint8Array();
  if (value >> 8 === descriptorTypes.device) return deviceDescriptor;
  return value >> 8 === descriptorTypes.configuration ? configurationDescriptor : undefined;
}
