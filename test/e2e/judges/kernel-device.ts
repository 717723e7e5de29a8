import { access, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { milliseconds, seconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";

const clock = systemClock();
const patience = seconds(10);

/** Virtual time of the guest passes. */
export const pass = (ms: number): Promise<void> => sleep(clock, milliseconds(ms));

/** Waits until the kernel has made a file. Rejects when it has not for a while. */
export async function appeared(path: string): Promise<void> {
  const startMs = clock.now();
  while (
    !(await access(path).then(
      () => true,
      () => false,
    ))
  ) {
    if (clock.now() - startMs > patience) throw new Error(`the kernel has not made ${path}`);
    await pass(10);
  }
}

/** The names of the kernel's drivers that were bound, one after the other. */
export const boundDrivers: string[] = [];

/**
 * A part that a driver of the kernel was bound to, by its attributes in sysfs. All is asynchronous: the driver's
 * transfers are answered by the very process that reads the attribute.
 */
export class KernelDevice {
  readonly folder: string;
  #attributes: ReadonlyMap<string, string> = new Map();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Tells the kernel of a part, as a device tree would (Documentation/i2c/instantiating-devices.rst, method 4). */
  static async bind(driver: string, bus: number, address: number): Promise<KernelDevice> {
    const place = `0x${address.toString(16)}`;
    await writeFile(`/sys/bus/i2c/devices/i2c-${bus}/new_device`, `${driver} ${place}`);
    const device = new KernelDevice(`/sys/bus/i2c/devices/${bus}-${address.toString(16).padStart(4, "0")}`);
    await appeared(join(device.folder, "driver"));
    boundDrivers.push(basename(await realpath(join(device.folder, "driver"))));
    await device.look();
    return device;
  }

  /** Looks for attributes again: some come later. */
  async look(): Promise<void> {
    this.#attributes = new Map(await attributesBelow(await realpath(this.folder)));
  }

  /** The path of the attribute of this name, wherever below the device it is. */
  path(name: string): string {
    const path = this.#attributes.get(name);
    if (path === undefined) throw new Error(`${this.folder} has no ${name}`);
    return path;
  }

  async read(name: string): Promise<number> {
    return Number(await readFile(this.path(name), "utf8"));
  }

  async write(name: string, value: string | number): Promise<void> {
    await writeFile(this.path(name), `${value}`);
  }
}

/** Folders that lead elsewhere, or hold what concerns no measurement. */
const elsewhere = /^(power|subsystem|driver|of_node|device|supplier.*|events)$/;

async function attributesBelow(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !elsewhere.test(entry.name));
  const deeper = await Promise.all(below.map(({ name }) => attributesBelow(join(folder, name))));
  const here = entries
    .filter((entry) => entry.isFile())
    .map(({ name }): [string, string] => [name, join(folder, name)]);
  return [...deeper.flat(), ...here];
}

/** The number of the bus that a multiplexer makes of its channel. */
export async function busOf(device: KernelDevice, channel: number): Promise<number> {
  const link = join(device.folder, `channel-${channel}`);
  await appeared(link);
  return Number(basename(await realpath(link)).slice("i2c-".length));
}
