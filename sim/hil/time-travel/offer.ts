import { existsSync } from "node:fs";
import { milliseconds, seconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import type { Board } from "../../board.ts";
import type { EventLoop } from "../../loop.ts";
import { VirtualI2cBus } from "../../ports/i2c.ts";
import type { OfferedBoard } from "../offer.ts";
import { offerSerial } from "../serial/offer-serial.ts";
import { offerChip } from "./gpio-sim.ts";
import { TinyUsbAdapter } from "./i2c-tiny-usb.ts";
import { plugIn } from "./virtual-host-controller.ts";

/** Ports of the virtual host controller's root hub (kernel.config, USBIP_VHCI_HC_PORTS). */
const hubPorts = 15;

/**
 * Offers a board to all programs of the guest that this process runs in: its I2C buses under their own numbers, its
 * GPIO chips by label, and its serial lines under their own paths. Needs the loop to `follow` the guest's clock. There can be
 * one board in a kernel at a time. Needs to be root there.
 */
export async function offerBoardInKernel(
  board: Board,
  { loop }: { readonly loop: EventLoop },
): Promise<OfferedBoard> {
  const ends: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    ends.push(...(await offerBuses(board, loop)));
    for (const cable of board.cables.values()) {
      const line = await offerSerial(cable, "/", loop);
      ends.push(() => line.close());
    }
    for (const [label, lines] of board.gpio.chips) ends.push(offerChip({ label, lines }, loop));
  } catch (error) {
    await close();
    throw error;
  }
  return { env: {}, folder: "/", close };
}

/**
 * The kernel numbers an adapter by the first number that is free, so every number up to the last has one, and those
 * that the board has not are pulled out at the end.
 */
async function offerBuses(board: Board, loop: EventLoop): Promise<(() => Promise<void>)[]> {
  const numbers = [...board.i2cBuses.keys()];
  const last = Math.max(-1, ...numbers);
  if (last >= hubPorts)
    throw new RangeError(`i2c-${last}: the highest bus that a guest can have is i2c-${hubPorts - 1}`);
  const adapters: (() => Promise<void>)[] = [];
  for (let number = 0; number <= last; number++) {
    const bus = numbers.includes(number) ? board.i2c(number) : new VirtualI2cBus(`i2c-${number}`);
    adapters.push(await plugIn(new TinyUsbAdapter(bus, loop), number));
    await appeared(`/dev/i2c-${number}`);
  }
  for (const [number, pullOut] of adapters.entries()) if (!numbers.includes(number)) await pullOut();
  return adapters.filter((_, number) => numbers.includes(number));
}

const clock = systemClock();
const limit = seconds(10);

async function appeared(path: string): Promise<void> {
  const startMs = clock.now();
  while (!existsSync(path)) {
    if (clock.now() - startMs > limit) throw new Error(`the kernel has not made ${path} within ${limit} ms`);
    await sleep(clock, milliseconds(10));
  }
}
