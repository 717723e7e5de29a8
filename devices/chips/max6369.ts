/**
 * Maxim MAX6369: watchdog timer, here as a dead man's switch in the supply of what may hurt somebody.
 * Data sheet 19-1676 (rev. 8).
 *
 * SET2 SET1 SET0 are strapped to 101: a second's start-up delay, and a time-out of one second at least and three at
 * most (table 1). When that passes without an edge at WDI, WDO falls for 100 ms, and that clears a latch which holds
 * the supply's contactor; the next edge outside WDO sets it again. The part does not care for the level, only for
 * edges: a process that died, or hangs, leaves its line as it was, and the supply is gone a moment later.
 *
 * One wire tells no identity, and nothing can be read back.
 */
import { type Channels, type Driver, everywhere, part, placeOf, type Reading } from "../part.ts";
import type { GpioLine, Level } from "../ports/gpio.ts";
import { truth } from "../quantities.ts";

const channels = {} as const satisfies Channels;

const outputs = {
  /** The level at WDI: only its changes count. */
  heartbeat: { quantity: truth, range: [0, 1], step: everywhere(0) },
} as const satisfies Channels;

export const max6369 = part({
  id: "max6369",
  title: "watchdog timer as a dead man's switch",
  maker: "Maxim",
  datasheet: "19-1676",
  // Electrical characteristics.
  electrical: { supply: [2.5, 5.5], currentMaxMa: 0.02 },
  connection: { kind: "gpio" },
  channels,
  outputs,
  async open(place, ports) {
    const line = await ports.gpio.open(placeOf("gpio", place), { direction: "out", initial: 0 });
    return new Max6369(line);
  },
});

class Max6369 implements Driver<typeof channels> {
  readonly #line: GpioLine;

  constructor(line: GpioLine) {
    this.#line = line;
  }

  async probe(): Promise<void> {}

  async configure(): Promise<void> {}

  /** Nothing, from a line that is open. */
  async sample(): Promise<Reading<typeof channels>> {
    await this.#line.read();
    return {};
  }

  /** Sets `heartbeat` to 0 or 1. RangeError for any other name or value. */
  async apply(wanted: Readonly<Record<string, number>>): Promise<void> {
    for (const [name, value] of Object.entries(wanted)) {
      if (name !== "heartbeat") throw new RangeError(`no output ${name}: this part has heartbeat`);
      if (value !== 0 && value !== 1) throw new RangeError(`output heartbeat is ${value}, not 0 or 1`);
      await this.#line.write(value as Level);
    }
  }

  /** Lets go of the line; if that is an edge, it is the last one. */
  close(): Promise<void> {
    return this.#line.close();
  }
}
