import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../board.ts";
import type { EventLoop } from "../loop.ts";
import { compiled } from "./compiled.ts";
import { overlayFolder } from "./overlay-folder.ts";
import { GpioTree } from "./preload/gpio-tree.ts";
import { I2cAdapter } from "./preload/i2c-adapter.ts";
import { NodeServer } from "./preload/node-server.ts";
import { offerSerial } from "./serial/offer-serial.ts";

export interface OfferOptions {
  readonly loop: EventLoop;
  /** Number of the first GPIO line: 512 on kernels from 6.6 on, 0 before (raspberrypi/linux #6084). */
  readonly gpioBase?: number;
}

/** A simulated board offered to the processes of this machine. */
export interface OfferedBoard {
  /** For the environment of such a process; its children inherit it. */
  readonly env: Readonly<Record<string, string>>;
  /** Lies over /dev and /sys of such a process. */
  readonly folder: string;
  close(): Promise<void>;
}

const library = fileURLToPath(new URL("./preload/plinth-preload.c", import.meta.url));

/**
 * Offers a board's wires as the device nodes of Linux: /dev/i2c-N, /sys/class/gpio and its serial lines' own paths.
 * The loop has to be paced by real time, in this process; programs run in others. Rejects with EnvironmentError
 * where this machine lacks what that takes, such as a C compiler.
 */
export async function offerBoard(board: Board, options: OfferOptions): Promise<OfferedBoard> {
  const { loop, gpioBase = 512 } = options;
  const preload = await compiled(library, "shared");
  const folder = await overlayFolder();
  const ends: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true })];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const server = new NodeServer(folder, loop, board.kernel);
    await server.listen();
    ends.push(() => server.close());
    offerBuses(board, server, loop);
    new GpioTree(server).offer(board.gpio, gpioBase);
    for (const cable of board.cables.values()) {
      const line = await offerSerial(cable, folder, loop, join(folder, "tty"));
      ends.push(() => line.close());
      server.addLine(cable.path);
    }
    const before = process.env.LD_PRELOAD;
    const env = { LD_PRELOAD: before ? `${preload}:${before}` : preload, PLINTH_HIL: folder };
    return { folder, env, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function offerBuses(board: Board, server: NodeServer, loop: EventLoop): void {
  for (const [number, bus] of board.i2cBuses) {
    const adapter = new I2cAdapter(number, bus, loop);
    server.add(`/dev/i2c-${number}`, () => adapter.open());
    nameAdapter(server.folder, number);
  }
}

/** What `i2cdetect -l` reads. */
function nameAdapter(folder: string, number: number): void {
  for (const place of [`sys/class/i2c-dev/i2c-${number}`, `sys/bus/i2c/devices/i2c-${number}`]) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, "name"), `bcm2835 (i2c@${number})\n`);
  }
}
