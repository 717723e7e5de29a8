import { openPromisified } from "i2c-bus";
import type { Duration } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { I2cPort } from "#devices/ports/i2c.ts";
import { withMultiplexers } from "#devices/ports/multiplexer.ts";
import { type OpenAdapter, openBusFile } from "./i2c-bus-file.ts";

export interface LinuxI2cOptions {
  /** When a transfer is given up: after 2 s, when not given. */
  readonly limit?: Duration;
  readonly open?: OpenAdapter;
}

/** The board's I2C controllers through /dev/i2c-N, by i2c-bus, and what is behind their multiplexers. */
export function linuxI2cPort(clock: Clock, options: LinuxI2cOptions = {}): I2cPort {
  const { limit, open = (bus: number) => openPromisified(bus) } = options;
  return withMultiplexers((bus) => openBusFile(bus, clock, open, limit));
}
