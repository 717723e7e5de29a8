import { openPromisified } from "i2c-bus";
import type { Duration } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { I2cPort } from "#devices/ports/i2c.ts";
import { withMultiplexers } from "#devices/ports/multiplexer.ts";
import { callLimit, type OpenAdapter, openBusFile } from "./i2c-bus-file.ts";
import { type During, KernelTurn } from "./kernel-turn.ts";

export interface LinuxI2cOptions {
  /** When a call is given up: after 2 s, when not given. */
  readonly limit?: Duration;
  /** Who asked first is next: for streams, whose conversions are to be fetched at equal distances. What only writes, when not given. */
  readonly inOrder?: boolean;
  /** Of each call, as long as it is in the kernel. */
  readonly during?: During;
  readonly open?: OpenAdapter;
}

/** The board's I2C controllers through /dev/i2c-N, by i2c-bus, and what is behind their multiplexers. */
export function linuxI2cPort(clock: Clock, options: LinuxI2cOptions = {}): I2cPort {
  const { limit = callLimit, inOrder, during, open = (bus: number) => openPromisified(bus) } = options;
  const turns = new Map<number, KernelTurn>();
  return withMultiplexers((bus) => {
    const turn = turns.get(bus) ?? new KernelTurn(clock, limit, inOrder, during);
    turns.set(bus, turn);
    return openBusFile(bus, turn, open);
  });
}
