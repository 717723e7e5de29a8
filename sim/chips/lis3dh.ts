import { lis3dh } from "#devices/chips/lis3dh.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

const standardGravity = 9.80665;

/** Milliseconds between samples by ODR code, 0 is power-down (DocID17530, table 31). */
const periodMs: readonly (number | undefined)[] = [undefined, 1_000, 100, 40, 20, 10, 5, 2.5];
/**
 * Bits, milli-g per digit at ±2 g, and samples until the first valid one (tables 4 and 10; 1.6 ms in normal mode are
 * over within the first).
 */
const highResolution = { bits: 12, milliG: 1, turnOnSamples: 7 } as const;
const normal = { bits: 10, milliG: 4, turnOnSamples: 1 } as const;

/** What a knock is here: this much for 20 ms, on top of gravity. */
const knock = { g: 1, ms: 20 } as const;

const CTRL_REG1 = 0x20;
const CTRL_REG2 = 0x21;
const CTRL_REG4 = 0x23;
const HR = 0x08;
const CLICK_CFG = 0x38;
const CLICK_THS = 0x3a;
const TIME_LIMIT = 0x3b;

/** A register that is documented and does nothing here. */
const named = (at: number, reset = 0, access: "r" | "rw" = "rw") =>
  ({ at, access, reset, tagged: true }) as const;

/**
 * LIS3DH in high-resolution and normal mode: samples on the grid of its data rate, data-ready until read, single
 * clicks latched until read. Low-power mode, other full scales, the FIFO, interrupts, activity detection, double
 * clicks, the ADC and self-test are only known by name.
 */
class Lis3dhTwin extends RegisterTwin {
  readonly part = lis3dh;
  #runsFromMs = 0;
  /** Samples since `#runsFromMs` when the outputs were last read. */
  #samplesRead = 0;
  #isClicked = false;

  constructor(environment: TwinEnvironment) {
    super(lis3dh, environment, { width: 8 });
    this.define({ ...this.#controlRegisters(), ...this.#outputRegisters(), ...this.#clickRegisters() });
  }

  override set(channel: string, source: Source): void {
    super.set(channel, source);
    if (channel === "knock" && this.sensed("knock") >= 0.5) this.#knocked();
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#samplesRead = 0;
    this.#isClicked = false;
  }

  protected override registerAt(pointer: number): number {
    return pointer & 0x7f;
  }

  /** The pointer moves on when the MSB of the sub-address is set (section 6.1.1). */
  protected override next(pointer: number): number {
    return pointer & 0x80 ? ((pointer + 1) & 0x7f) | 0x80 : pointer;
  }

  #controlRegisters(): RegisterTable {
    return {
      WHO_AM_I: { at: 0x0f, access: "r", reset: 0x33 },
      CTRL_REG0: named(0x1e, 0x10),
      TEMP_CFG_REG: named(0x1f),
      CTRL_REG1: {
        at: CTRL_REG1,
        access: "rw",
        reset: 0x07,
        fields: { ODR: field(7, 4), LPen: tagged(3), Zen: field(2), Yen: field(1), Xen: field(0) },
        written: () => this.#restarted(),
      },
      CTRL_REG2: {
        at: CTRL_REG2,
        access: "rw",
        reset: 0,
        fields: {
          HPM: tagged(7, 6),
          HPCF: tagged(5, 4),
          FDS: tagged(3),
          HPCLICK: field(2),
          HP_IA: tagged(1, 0),
        },
      },
      CTRL_REG3: named(0x22),
      CTRL_REG4: {
        at: CTRL_REG4,
        access: "rw",
        reset: 0,
        fields: {
          BDU: field(7),
          BLE: tagged(6),
          FS: tagged(5, 4),
          HR: field(3),
          ST: tagged(2, 1),
          SIM: tagged(0),
        },
        written: () => this.#restarted(),
      },
      CTRL_REG5: named(0x24),
      CTRL_REG6: named(0x25),
      REFERENCE: named(0x26),
      FIFO_CTRL_REG: named(0x2e),
      FIFO_SRC_REG: named(0x2f, 0x20, "r"),
      INT1_CFG: named(0x30),
      INT1_SRC: named(0x31, 0, "r"),
      INT1_THS: named(0x32),
      INT1_DURATION: named(0x33),
    };
  }

  #outputRegisters(): RegisterTable {
    const output = (at: number, read: () => number) => ({ at, access: "r", reset: 0, read }) as const;
    const axis = (channel: string, bit: number) => {
      const counts = () => ((this.value(CTRL_REG1) >> bit) & 1 ? this.#leftJustified(channel) : 0);
      return { low: () => counts() & 0xff, high: () => (counts() >> 8) & 0xff };
    };
    const [x, y, z] = [axis("accelerationX", 0), axis("accelerationY", 1), axis("accelerationZ", 2)];
    return {
      STATUS_REG: output(0x27, () => (this.#samples() > this.#samplesRead ? 0b0000_1111 : 0)),
      OUT_X_L: output(0x28, x.low),
      OUT_X_H: output(0x29, x.high),
      OUT_Y_L: output(0x2a, y.low),
      OUT_Y_H: output(0x2b, y.high),
      OUT_Z_L: output(0x2c, z.low),
      OUT_Z_H: output(0x2d, () => {
        const high = z.high();
        this.#samplesRead = this.#samples();
        return high;
      }),
    };
  }

  #clickRegisters(): RegisterTable {
    return {
      CLICK_CFG: {
        at: CLICK_CFG,
        access: "rw",
        reset: 0,
        fields: {
          ZD: tagged(5),
          ZS: field(4),
          YD: tagged(3),
          YS: field(2),
          XD: tagged(1),
          XS: field(0),
        },
      },
      CLICK_SRC: { at: 0x39, access: "r", reset: 0, read: () => this.#clickSource() },
      CLICK_THS: { at: CLICK_THS, access: "rw", reset: 0, fields: { LIR_Click: field(7), Ths: field(6, 0) } },
      TIME_LIMIT: { at: TIME_LIMIT, access: "rw", reset: 0 },
      TIME_LATENCY: named(0x3c),
      TIME_WINDOW: named(0x3d),
      ACT_THS: named(0x3e),
      ACT_DUR: named(0x3f),
    };
  }

  #restarted(): undefined {
    this.#runsFromMs = this.environment.loop.now;
    this.#samplesRead = 0;
  }

  get #periodMs(): number | undefined {
    return periodMs[this.value(CTRL_REG1) >> 4];
  }

  /** Valid samples since the part was started. */
  #samples(): number {
    if (this.#periodMs === undefined) return 0;
    const all = Math.floor((this.environment.loop.now - this.#runsFromMs) / this.#periodMs + 1e-9);
    return Math.max(0, all - this.#mode.turnOnSamples + 1);
  }

  get #mode(): typeof highResolution | typeof normal {
    return this.value(CTRL_REG4) & HR ? highResolution : normal;
  }

  /** The upper bits of a word: the newest sample of the grid. */
  #leftJustified(channel: string): number {
    const samples = this.#samples();
    if (samples === 0) return 0;
    const { bits, milliG, turnOnSamples } = this.#mode;
    const atMs = this.#runsFromMs + (samples + turnOnSamples - 1) * this.#periodMs!;
    const digits = Math.round((this.senses.at(channel, atMs) / standardGravity) * (1_000 / milliG));
    const top = 2 ** (bits - 1);
    return (Math.min(Math.max(digits, -top), top - 1) << (16 - bits)) & 0xffff;
  }

  /** A knock is a click when an axis is armed, it exceeds the threshold, and is over in time (section 8.25). */
  #knocked(): void {
    const period = this.#periodMs;
    const isArmed = (this.value(CLICK_CFG) & 0b01_0101) !== 0 && period !== undefined;
    const isFiltered = (this.value(CTRL_REG2) & 0b100) !== 0;
    const thresholdG = ((this.value(CLICK_THS) & 0x7f) * 2) / 128;
    const isShort = isArmed && knock.ms <= this.value(TIME_LIMIT) * period;
    // Without the filter gravity itself stays above a threshold of less than 1 g, and nothing ends in time.
    const gravityG = isFiltered ? 0 : this.sensed("accelerationZ") / standardGravity;
    if (isShort && thresholdG > Math.abs(gravityG) && thresholdG <= Math.abs(gravityG) + knock.g)
      this.#isClicked = true;
  }

  /** SClick on Z with IA; reading clears the latch (sections 8.24 and 8.25). Knocking goes on while it is set. */
  #clickSource(): number {
    if (this.sensed("knock") >= 0.5) this.#knocked();
    const isSeen = this.#isClicked && (this.value(CLICK_THS) & 0x80) !== 0;
    this.#isClicked = false;
    return isSeen ? 0b0101_0100 : 0;
  }
}

export const twin = {
  part: lis3dh,
  create: (environment: TwinEnvironment) => new Lis3dhTwin(environment),
} satisfies TwinDefinition;
