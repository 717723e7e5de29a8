import { veml7700 } from "#devices/chips/veml7700.ts";
import { field, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Sensitivity by ALS_GAIN code and milliseconds by ALS_IT code (84286, table 2). */
const sensitivityOf: Record<number, number> = { 0: 1, 1: 2, 2: 0.125, 3: 0.25 };
const integrationMsOf: Record<number, number> = { 12: 25, 8: 50, 0: 100, 1: 200, 2: 400, 3: 800 };

/** Oscillator and analogue part need 2.5 ms after ALS_SD is cleared (84286, "power saving"). */
const wakeUpMs = 2.5;

/**
 * VEML7700: integrates light over ALS_IT, again and again while it is awake; ALS holds the last whole
 * integration, and is zero before the first. Power-saving modes and the interrupt are only known by name.
 */
class Veml7700Twin extends RegisterTwin {
  readonly part = veml7700;
  #awakeSinceMs: number | undefined;

  constructor(environment: TwinEnvironment) {
    super(veml7700, environment, { width: 16, byteOrder: "little" });
    const fields = {
      ALS_GAIN: field(12, 11),
      ALS_IT: field(9, 6),
      ALS_PERS: tagged(5, 4),
      ALS_INT_EN: tagged(1),
      ALS_SD: field(0),
    };
    this.define({
      ALS_CONF: {
        at: 0x00,
        access: "rw",
        reset: 0x0001,
        fields,
        written: (value) => this.#configured(value),
      },
      ALS_WH: { at: 0x01, access: "rw", reset: 0, tagged: true },
      ALS_WL: { at: 0x02, access: "rw", reset: 0, tagged: true },
      PSM: { at: 0x03, access: "rw", reset: 0, fields: { PSM: tagged(2, 1), PSM_EN: tagged(0) } },
      ALS: { at: 0x04, access: "r", reset: 0, read: () => this.#counts() },
      WHITE: { at: 0x05, access: "r", reset: 0, tagged: true },
      ALS_INT: { at: 0x06, access: "r", reset: 0, tagged: true },
      ID: { at: 0x07, access: "r", reset: 0xc481 },
    });
  }

  /** Every command code is a transfer of its own. */
  protected override next(pointer: number): number {
    return pointer;
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#awakeSinceMs = undefined;
  }

  #configured(value: number): undefined {
    this.#awakeSinceMs = value & 1 ? undefined : this.environment.loop.now + wakeUpMs;
  }

  #counts(): number {
    const conf = this.value(0x00);
    const integrationMs = integrationMsOf[(conf >> 6) & 0b1111];
    const sensitivity = sensitivityOf[(conf >> 11) & 0b11]!;
    if (this.#awakeSinceMs === undefined || integrationMs === undefined) return 0;
    const whole = Math.floor((this.environment.loop.now - this.#awakeSinceMs) / integrationMs);
    if (whole < 1) return 0;
    const lux = this.senses.at("illuminance", this.#awakeSinceMs + whole * integrationMs);
    const exposure = bent(lux, sensitivity) * sensitivity * integrationMs;
    // Full sensitivity, 2, for 800 ms makes 1 count of 0.0042 lx (84286, "resolution and maximum").
    return Math.min(Math.round(exposure / (0.0042 * 2 * 800)), 0xffff);
  }
}

/**
 * What a linear sensor would have to see to report what this one does: at low gain it falls behind (84323).
 * Found by halving, since the maker states only the way back.
 */
function bent(lux: number, sensitivity: number): number {
  const straightened = (x: number) =>
    6.0135e-13 * x ** 4 - 9.3924e-9 * x ** 3 + 8.1488e-5 * x ** 2 + 1.0023 * x;
  if (sensitivity >= 1) return lux;
  let low = 0;
  let high = lux;
  while (high - low > 1e-4) {
    const middle = (low + high) / 2;
    if (straightened(middle) < lux) low = middle;
    else high = middle;
  }
  return low;
}

export const twin = {
  part: veml7700,
  create: (environment: TwinEnvironment) => new Veml7700Twin(environment),
} satisfies TwinDefinition;
