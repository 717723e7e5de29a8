import { nau7802 } from "#devices/chips/nau7802.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

const PU_CTRL = 0x00;
const CTRL1 = 0x01;
const CTRL2 = 0x02;
const OCAL1 = 0x03;
const GCAL1 = 0x06;

/** The load cell between VIN1P and VIN1N: volts per volt of excitation and kilogram. */
const cellPerKilogram = 2e-3 / 300;

/** Volts of AVDD by code of VLDO (NAU7802 rev. 2.6, section 11.2), and conversions a second by code of CRS. */
const ldoVolts = [4.5, 4.2, 3.9, 3.6, 3.3, 3.0, 2.7, 2.4];
const conversionsPerSecond = [10, 20, 40, 80, undefined, undefined, undefined, 320];
/** AVDD where it is not the internal regulator's. */
const supplyVolts = 3.3;

const powerUpMs = 0.2;
/** Measured on parts by others, at 80 conversions a second; the data sheet gives no time. */
const calibrationMs = 344;
const settlingConversions = 6;

/** Offset of the amplifier before calibration: some tenths of a percent of full scale. */
const offsetCountsMax = 20_000;

/**
 * NAU7802 with a load cell on VIN1, conversion upon conversion while it is powered. The amplifier has an offset
 * until that is calibrated. After any change the digital filter takes six conversions to fill; how it fills is not
 * documented, here it does so evenly. Noise, VIN2, the temperature sensor, system calibrations and the crystal are
 * not simulated, and known by name where they have registers.
 */
class Nau7802Twin extends RegisterTwin {
  readonly part = nau7802;
  readonly #offset: number;
  #poweredAtMs: number | undefined;
  #startMs: number | undefined;
  #readConversion = 0;
  #isShorted = false;
  #endCalibration: Cancel = () => {};

  constructor(environment: TwinEnvironment) {
    super(nau7802, environment, { width: 8 });
    this.#offset = Math.round((environment.random() * 2 - 1) * offsetCountsMax);
    this.define({ ...this.#controlRegisters(), ...this.#calibrationRegisters(), ...this.#otherRegisters() });
  }

  /** Fault: the wires of the excitation touch. AVDD collapses: no conversion, and calibration fails. */
  shortExcitation(): void {
    this.#isShorted = true;
    this.#restart();
  }

  override mend(): void {
    super.mend();
    if (!this.#isShorted) return;
    this.#isShorted = false;
    this.#restart();
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#poweredAtMs = undefined;
    this.#startMs = undefined;
    this.#endCalibration();
  }

  #controlRegisters(): RegisterTable {
    return {
      PU_CTRL: {
        at: PU_CTRL,
        access: "rw",
        reset: 0,
        fields: {
          AVDDS: field(7),
          OSCS: tagged(6),
          CR: field(5),
          CS: field(4),
          PUR: field(3),
          PUA: field(2),
          PUD: field(1),
          RR: field(0),
        },
        read: () => (this.value(PU_CTRL) & 0xd7) | (this.#isReady ? 0x20 : 0) | (this.#isPowered ? 0x08 : 0),
        written: (value, previous) => this.#controlled(value, previous),
      },
      CTRL1: {
        at: CTRL1,
        access: "rw",
        reset: 0,
        fields: { CRP: tagged(7), DRDY_SEL: tagged(6), VLDO: field(5, 3), GAINS: field(2, 0) },
        written: () => this.#restart(),
      },
      CTRL2: {
        at: CTRL2,
        access: "rw",
        reset: 0,
        fields: {
          CHS: tagged(7),
          CRS: field(6, 4),
          CAL_ERR: field(3),
          CALS: field(2),
          CALMOD: tagged(1, 0),
        },
        written: (value, previous) => this.#converterSet(value, previous),
      },
    };
  }

  /** OCAL and GCAL, high byte first; a gain of 1.0 is 0080_0000h. Those of VIN2 only hold what they are given. */
  #calibrationRegisters(): RegisterTable {
    const bytes = (name: string, at: number, reset: readonly number[]) =>
      reset.map((byte, index) => [
        `${name}_B${reset.length - 1 - index}`,
        { at: at + index, access: "rw" as const, reset: byte },
      ]);
    return Object.fromEntries([
      ...bytes("OCAL1", OCAL1, [0, 0, 0]),
      ...bytes("GCAL1", GCAL1, [0, 0x80, 0, 0]),
      ...bytes("OCAL2", 0x0a, [0, 0, 0]),
      ...bytes("GCAL2", 0x0d, [0, 0x80, 0, 0]),
    ]);
  }

  #otherRegisters(): RegisterTable {
    const output = (at: number, shift: number) => ({
      at,
      access: "r" as const,
      reset: 0,
      read: () => (this.#output() >> shift) & 0xff,
    });
    return {
      I2C_Control: { at: 0x11, access: "rw", reset: 0, tagged: true },
      ADCO_B2: output(0x12, 16),
      ADCO_B1: output(0x13, 8),
      ADCO_B0: output(0x14, 0),
      ADC: {
        at: 0x15,
        access: "rw",
        reset: 0,
        fields: { REG_CHPS: field(5, 4), ADC_VCM: tagged(3, 2), REG_CHP: tagged(1, 0) },
      },
      OTP_B1: { at: 0x16, access: "r", reset: 0, tagged: true },
      OTP_B0: { at: 0x17, access: "r", reset: 0, tagged: true },
      PGA: { at: 0x1b, access: "rw", reset: 0, tagged: true },
      POWER: {
        at: 0x1c,
        access: "rw",
        reset: 0,
        fields: {
          PGA_CAP_EN: field(7),
          MasterBias: tagged(6, 4),
          ADC_CURR: tagged(3, 2),
          PGA_CURR: tagged(1, 0),
        },
      },
      Revision: { at: 0x1f, access: "r", reset: 0x0f },
    };
  }

  get #isPowered(): boolean {
    return this.#poweredAtMs !== undefined && this.environment.loop.now >= this.#poweredAtMs;
  }

  /** A conversion ended that has not been read. */
  get #isReady(): boolean {
    return this.#conversions() > this.#readConversion;
  }

  /** RR holds every register but itself in reset; CS starts conversions on its rising edge (section 11.1). */
  #controlled(value: number, previous: number): undefined {
    if (value & 0x01) {
      this.powerOn();
      this.store(PU_CTRL, 0x01);
      return;
    }
    if (!(value & 0x02)) this.#poweredAtMs = undefined;
    else this.#poweredAtMs ??= this.environment.loop.now + powerUpMs;
    if ((value ^ previous) & 0x96) this.#restart();
  }

  #converterSet(value: number, previous: number): undefined {
    this.store(CTRL2, value & ~0x08);
    if (value & 0x04 && !(previous & 0x04)) this.#calibrate();
    else if ((value ^ previous) & 0xf0) this.#restart();
  }

  #calibrate(): void {
    const { loop } = this.environment;
    this.#startMs = undefined;
    this.#endCalibration = loop.at(loop.now + calibrationMs, () => {
      const isFailed = !this.#isSupplied;
      if (!isFailed) this.#storeOffset();
      this.store(CTRL2, (this.value(CTRL2) & 0xf3) | (isFailed ? 0x08 : 0));
      this.#restart();
    });
  }

  /** OCAL1 is sign and magnitude. */
  #storeOffset(): void {
    const word = Math.abs(this.#offset) | (this.#offset < 0 ? 0x800000 : 0);
    for (const index of [0, 1, 2]) this.store(OCAL1 + index, (word >> (16 - 8 * index)) & 0xff);
  }

  get #isSupplied(): boolean {
    return (this.value(PU_CTRL) & 0x06) === 0x06 && !this.#isShorted;
  }

  #restart(): undefined {
    this.#readConversion = 0;
    const isConverting = this.#isSupplied && (this.value(PU_CTRL) & 0x10) !== 0;
    this.#startMs = isConverting ? this.environment.loop.now : undefined;
  }

  get #periodMs(): number {
    const rate = conversionsPerSecond[(this.value(CTRL2) >> 4) & 7];
    return rate === undefined ? Number.POSITIVE_INFINITY : 1_000 / rate;
  }

  /** How many conversions have ended since the last change. */
  #conversions(): number {
    if (this.#startMs === undefined) return 0;
    return Math.floor((this.environment.loop.now - this.#startMs) / this.#periodMs + 1e-9);
  }

  /** The last conversion that ended; reading it clears CR. */
  #output(): number {
    const ended = this.#conversions();
    if (ended === 0) return 0;
    this.#readConversion = ended;
    const kilograms = this.senses.at("mass", this.#startMs! + ended * this.#periodMs);
    const filled = Math.min(ended / settlingConversions, 1);
    const counts = (this.#amplified(kilograms) * filled - this.#offsetRegister) * this.#gainRegister;
    return Math.min(Math.max(Math.round(counts), -0x800000), 0x7fffff);
  }

  /** Full scale is half the reference, which is AVDD, over the gain; a part at reset has gain 1. */
  #amplified(kilograms: number): number {
    const isInternal = (this.value(PU_CTRL) & 0x80) !== 0;
    const avddVolts = isInternal ? ldoVolts[(this.value(CTRL1) >> 3) & 7]! : supplyVolts;
    const bridgeVolts = kilograms * cellPerKilogram * avddVolts;
    const gain = 2 ** (this.value(CTRL1) & 7);
    return (bridgeVolts / (avddVolts / 2 / gain)) * 2 ** 23 + this.#offset;
  }

  get #offsetRegister(): number {
    const [high, middle, low] = [0, 1, 2].map((index) => this.value(OCAL1 + index));
    const magnitude = ((high! & 0x7f) << 16) | (middle! << 8) | low!;
    return high! & 0x80 ? -magnitude : magnitude;
  }

  get #gainRegister(): number {
    const bytes = [0, 1, 2, 3].map((index) => this.value(GCAL1 + index));
    return bytes.reduce((word, byte) => word * 256 + byte, 0) / 2 ** 23;
  }
}

export const twin = {
  part: nau7802,
  create: (environment: TwinEnvironment) => new Nau7802Twin(environment),
} satisfies TwinDefinition;
