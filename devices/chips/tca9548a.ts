/**
 * Texas Instruments TCA9548A: I2C multiplexer with eight channels. Datasheet SCPS207 (rev. H).
 *
 * Channels are selected by the I2C port itself (devices/ports/multiplexer.ts), for the parts that are behind them:
 * this driver only gives the multiplexer a health of its own. It measures nothing.
 *
 * At 0x70 a PCA9685 on the same bus acknowledges too (its LED All Call address after power-on): strap the
 * multiplexer to another address there.
 */
import { type Channels, type Driver, i2cPart, type Reading } from "../part.ts";
import { I2cDriver } from "./i2c-driver.ts";

const channels = {} as const satisfies Channels;

/** The straps A0 to A2 (section 8.5.2). */
export const tca9548a = i2cPart({
  id: "tca9548a",
  title: "I2C multiplexer",
  maker: "Texas Instruments",
  datasheet: "SCPS207",
  // Sections 7.3 and 7.5: at 400 kHz.
  electrical: { supply: [1.65, 5.5], currentMaxMa: 0.1 },
  addresses: [0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77],
  channels,
  driver: (device, clock) => new Tca9548a(device, clock),
});

/**
 * What the control register is given to prove itself: channel 0, then none, which leaves nothing selected.
 * It holds a byte as soon as that is acknowledged; channels follow at the STOP (sections 8.5.3 and 8.6.1).
 */
const proof = [0x01, 0x00] as const;

class Tca9548a extends I2cDriver implements Driver<typeof channels> {
  /** The part has no identity but a register without a pointer, which reads back what was written to it. */
  async probe(): Promise<void> {
    for (const control of proof) await this.device.verify(control, control, "read back the control register");
  }

  async configure(): Promise<void> {}

  /** Nothing, from a part that answers: with one channel selected or none, as the I2C port does it. */
  async sample(): Promise<Reading<typeof channels>> {
    const [answer] = await this.device.bus.transfer(this.device.address, [{ read: 1 }]);
    const control = answer![0]!;
    if (control & (control - 1))
      throw this.device.error("not-ready", "read the control register", `0x${control.toString(16)}`);
    return {};
  }
}
