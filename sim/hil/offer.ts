import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../board.ts";
import type { EventLoop } from "../loop.ts";
import { compiled } from "./compiled.ts";
import { GpioTree } from "./preload/gpio-tree.ts";
import { I2cAdapter } from "./preload/i2c-adapter.ts";
import { NodeServer } from "./preload/node-server.ts";

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
 * Offers a board's wires as the device nodes of Linux: /dev/i2c-N and /sys/class/gpio. The loop has to be paced by
 * real time, in this process; programs run in others. Rejects with EnvironmentError without a C compiler.
 */
export async function offerBoard(board: Board, options: OfferOptions): Promise<OfferedBoard> {
  const { loop, gpioBase = 512 } = options;
  const preload = await compiled(library, "shared");
  // As short as can be: a socket's name has 108 bytes at most.
  const folder = mkdtempSync(join(tmpdir(), "plinth-hil-"));
  const server = new NodeServer(folder, loop);
  await server.listen();
  for (const [number, bus] of board.i2cBuses) {
    const adapter = new I2cAdapter(number, bus, loop);
    server.add(`/dev/i2c-${number}`, () => adapter.open());
    nameAdapter(folder, number);
  }
  new GpioTree(server).offer(board.gpio, gpioBase);
  const before = process.env.LD_PRELOAD;
  return {
    folder,
    env: { LD_PRELOAD: before ? `${preload}:${before}` : preload, PLINTH_HIL: folder },
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What `i2cdetect -l` reads. */
function nameAdapter(folder: string, number: number): void {
  for (const place of [`sys/class/i2c-dev/i2c-${number}`, `sys/bus/i2c/devices/i2c-${number}`]) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, "name"), `bcm2835 (i2c@${number})\n`);
  }
}
