import type { Duration } from "../duration.ts";
import { type Clock, sleep } from "../ports/clock.ts";
import type { I2cDevice } from "../ports/i2c.ts";

/** What every driver on I2C has: its part's place on the bus, which it closes, and a clock to wait by. */
export abstract class I2cDriver {
  protected readonly device: I2cDevice;
  readonly #clock: Clock;

  constructor(device: I2cDevice, clock: Clock) {
    this.device = device;
    this.#clock = clock;
  }

  close(): Promise<void> {
    return this.device.bus.close();
  }

  /** For a conversion, a start-up, a calibration: as long as the datasheet says. */
  protected wait(time: Duration): Promise<void> {
    return sleep(this.#clock, time);
  }
}
