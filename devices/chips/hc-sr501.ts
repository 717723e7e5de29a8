/**
 * HC-SR501: passive infrared detector, movement of warm bodies within 7 m and 110° (module user's guide; its chip is
 * the BISS0001). The output is high while something moves and for the delay time Tx after it (3 s to 5 min, by
 * potentiometer), then low and blind for the blocking time, 2.5 s. Jumper at H: each movement starts Tx anew.
 *
 * For about a minute after power-on the output means nothing. When that was, a board cannot know; the minute is
 * counted from `open`.
 *
 * One wire tells no identity, and a cut one looks like an empty street.
 */
import { seconds } from "../duration.ts";
import { type Channels, type Driver, everywhere, part, placeOf, type Reading } from "../part.ts";
import type { Cancel } from "../ports/clock.ts";
import type { MotionComponent } from "../ports/components.ts";
import { PortError } from "../ports/error.ts";
import { lineName } from "../ports/gpio.ts";
import { truth } from "../quantities.ts";

/** The guide's initialisation time. */
const calibration = seconds(60);

const channels = {
  /** Something warm moves there, or did within the delay time. */
  presence: { quantity: truth, range: [0, 1], step: everywhere(0) },
} as const satisfies Channels;

export const hcSr501 = part({
  id: "hc-sr501",
  title: "passive infrared motion detector",
  maker: "various",
  datasheet: "HC-SR501 user's guide",
  // The guide's technical parameters.
  electrical: { supply: [4.5, 20], currentMaxMa: 0.05, logic: 3.3 },
  connection: { kind: "gpio" },
  channels,
  pushes: true,
  async open(place, ports) {
    const line = placeOf("gpio", place);
    return new HcSr501(await ports.components.motion(line, { calibration }), lineName(line));
  },
});

class HcSr501 implements Driver<typeof channels> {
  readonly #motion: MotionComponent;
  readonly #port: string;

  constructor(motion: MotionComponent, port: string) {
    this.#motion = motion;
    this.#port = port;
  }

  /** A level is all there is, and any level may be right. */
  async probe(): Promise<void> {}

  /** Potentiometers and a jumper do that. */
  async configure(): Promise<void> {}

  /** Rejects with `not-ready` until the detector has calibrated. */
  async sample(): Promise<Reading<typeof channels>> {
    await this.#motion.confirm();
    if (this.#motion.isCalibrated) return reading(this.#motion.detected);
    throw new PortError("not-ready", {
      port: this.#port,
      operation: "read output",
      detail: `it calibrates for ${calibration / 1_000} s`,
    });
  }

  watch(listener: (reading: Reading<typeof channels>) => void): Cancel {
    return this.#motion.onChange((detected) => listener(reading(detected)));
  }

  close(): Promise<void> {
    return this.#motion.close();
  }
}

const reading = (detected: boolean) => ({ presence: detected ? 1 : 0 });
