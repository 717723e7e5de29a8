import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realPause } from "node:timers/promises";
import type { Driver, Part, Ports } from "#devices/part.ts";
import { johnnyFiveComponents } from "#firmware/johnny-five/components.ts";
import { modbusOverSerial } from "#firmware/modbus/modbus.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { ttyPort } from "#firmware/ports/serial.ts";
import { Board } from "#sim/board.ts";
import type { TwinEnvironment } from "#sim/chips/twin.ts";
import { type OfferedLine, offerSerial } from "#sim/hil/serial/offer-serial.ts";
import { EventLoop } from "#sim/loop.ts";
import type { SerialCable, SerialTarget, VirtualSerialLine } from "#sim/ports/serial.ts";
import { splitmix32 } from "#sim/world/random.ts";

/** A simulated board that follows real time, whose serial lines programs of this machine can open. */
export class OfferedLines {
  readonly loop = new EventLoop(Date.UTC(2026, 5, 21));
  readonly board = new Board(this.loop);
  readonly folder = mkdtempSync(join(tmpdir(), "plinth-lines-"));
  readonly doors = join(this.folder, "tty");
  /** Those of a unit's process: the real ones. */
  readonly ports: Ports;
  readonly #clock = systemClock();
  readonly #offered: OfferedLine[] = [];
  readonly #word = splitmix32(1);
  #time: Promise<void> = Promise.resolve();

  constructor() {
    const { i2c, gpio } = this.board.ports(this.#clock);
    const serial = ttyPort(this.#clock);
    this.ports = {
      clock: this.#clock,
      i2c,
      gpio,
      serial,
      modbus: modbusOverSerial(serial, this.#clock),
      components: johnnyFiveComponents(this.#clock, gpio),
    };
  }

  /** A twin at the far end of the line `path`. */
  solder<T>(definition: { create(environment: TwinEnvironment): T }, path: string): T {
    return definition.create({
      loop: this.loop,
      random: () => this.#word() / 2 ** 32,
      place: { kind: "serial", path },
      wiring: this.board,
    });
  }

  attach(path: string, target: SerialTarget): VirtualSerialLine {
    return this.board.serial(path, target);
  }

  cable(path: string): SerialCable {
    return this.board.cables.get(path)!;
  }

  /** Offers every line that has something at its far end. Time passes from now on. */
  async offer(): Promise<void> {
    this.#time = this.loop.pace(
      () => 1,
      () => this.#clock.now(),
    );
    for (const cable of this.board.cables.values())
      this.#offered.push(await offerSerial(cable, this.folder, this.loop, this.doors));
  }

  /** Where programs open the line `path`. */
  link(path: string): string {
    return join(this.folder, path);
  }

  /** The unit's driver of the part on the line `path`, opened, probed and configured. */
  async start<P extends Part>(part: P, path: string): Promise<Awaited<ReturnType<P["open"]>>> {
    const driver = (await part.open({ kind: "serial", path: this.link(path) }, this.ports)) as Driver;
    await driver.probe();
    await driver.configure();
    return driver as Awaited<ReturnType<P["open"]>>;
  }

  async close(): Promise<void> {
    for (const line of this.#offered) await line.close();
    this.loop.stop();
    await this.#time;
    rmSync(this.folder, { recursive: true });
  }
}

/** Keeps what it hears. */
export class Ear implements SerialTarget {
  readonly speed;
  readonly heard: number[] = [];
  readonly listened: boolean[] = [];

  constructor(speed: SerialTarget["speed"]) {
    this.speed = speed;
  }

  receive(bytes: Uint8Array): void {
    this.heard.push(...bytes);
  }

  listening(yes: boolean): void {
    this.listened.push(yes);
  }
}

/** Real time passes until `condition` holds; that it ever does is for the test's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await realPause(2);
}
