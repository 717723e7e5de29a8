import { ina228 } from "#devices/chips/ina228.ts";
import { EnergyCounter } from "./energy-counter.ts";
import { field, RegisterTwin, tagged } from "./registers.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

/** The resistor between IN+ and IN−, as in the datasheet's example (SLYS021, section 8.2). */
const shuntOhms = 0.0162;
/** Table 8-1, with ADCRANGE 0. */
const shuntVoltsPerCount = 312.5e-9;
const busVoltsPerCount = 195.3125e-6;
const celsiusPerCount = 7.8125e-3;
/** What a count of CURRENT means by SHUNT_CAL (section 8.1.2, equation 2). */
const ampsPerCountAndCal = 1 / (13_107.2e6 * shuntOhms);
/** Of SHUNT_CAL: at this value CURRENT equals VSHUNT. */
const unityCal = 4_096;
const energyCountsTop = 2 ** 40;
const secondsPerHour = 3_600;

/** Conversion times by code of VBUSCT, VSHCT and VTCT, in milliseconds, and averages by code of AVG. */
const conversionMs = [0.05, 0.084, 0.15, 0.28, 0.54, 1.052, 2.074, 4.12];
const averages = [1, 4, 16, 64, 128, 256, 512, 1024];

const ADC_CONFIG = 0x01;
const SHUNT_CAL = 0x02;
const MATHOF = 1 << 9;
const MEMSTAT = 1 << 0;
/** MODE: bus, shunt and temperature, continuously, as after power-on. */
const continuous = 0xf;

/**
 * INA228: bus, shunt and temperature are converted in turn, averaged, then loaded into the result registers. Energy
 * is counted from the power as it is, without the conversions' own grid. Single-shot modes, ADCRANGE, temperature
 * compensation, charge and the alert pin are only known by name.
 *
 * The world sets the bus voltage, and the load either by its current or by its power: what was set last counts,
 * and the other follows.
 */
class Ina228Twin extends RegisterTwin {
  readonly part = ina228;
  /** In counts of ENERGY: what the counter calls watts is counts a second. */
  readonly #energy: EnergyCounter;
  #load: "current" | "power" = "current";
  #sinceMs = 0;
  #loaded = 0;
  #isOverflown = false;

  constructor(environment: TwinEnvironment) {
    super(ina228, environment, { width: 16, byteOrder: "big" });
    const countsPerSecond = (atMs: number) => Math.abs(this.#wattsAt(atMs)) / this.#joulesPerCount;
    this.#energy = new EnergyCounter(environment.loop, energyCountsTop / secondsPerHour, countsPerSecond);
    this.senses.set("energy", () => this.#energy.wh * secondsPerHour * this.#joulesPerCount);
    this.define({
      CONFIG: {
        at: 0x00,
        access: "rw",
        reset: 0,
        fields: {
          RST: field(15),
          RSTACC: field(14),
          CONVDLY: tagged(13, 6),
          TEMPCOMP: tagged(5),
          ADCRANGE: tagged(4),
        },
        read: () => this.value(0x00) & 0x3fff,
        written: (value) => this.#configured(value),
      },
      ADC_CONFIG: {
        at: ADC_CONFIG,
        access: "rw",
        reset: 0xfb68,
        fields: {
          MODE: field(15, 12),
          VBUSCT: field(11, 9),
          VSHCT: field(8, 6),
          VTCT: field(5, 3),
          AVG: field(2, 0),
        },
        written: (value) => this.#restarted(value),
      },
      SHUNT_CAL: {
        at: SHUNT_CAL,
        access: "rw",
        reset: 0x1000,
        written: (value, previous) => this.#calibrated(value, previous),
      },
      SHUNT_TEMPCO: { at: 0x03, access: "rw", reset: 0, tagged: true },
      VSHUNT: { at: 0x04, access: "r", reset: 0, width: 24, read: () => this.#result(0x04) },
      VBUS: { at: 0x05, access: "r", reset: 0, width: 24, read: () => this.#result(0x05) },
      DIETEMP: { at: 0x06, access: "r", reset: 0, read: () => this.#result(0x06) },
      CURRENT: { at: 0x07, access: "r", reset: 0, width: 24, read: () => this.#result(0x07) },
      POWER: { at: 0x08, access: "r", reset: 0, width: 24, read: () => this.#result(0x08) },
      ENERGY: {
        at: 0x09,
        access: "r",
        reset: 0,
        width: 40,
        read: () => Math.floor(this.senses.now("energy") / this.#joulesPerCount + 1e-6) % energyCountsTop,
      },
      CHARGE: { at: 0x0a, access: "r", reset: 0, width: 40, tagged: true },
      DIAG_ALRT: {
        at: 0x0b,
        access: "rw",
        reset: MEMSTAT,
        fields: {
          ALATCH: tagged(15),
          CNVR: tagged(14),
          SLOWALERT: tagged(13),
          APOL: tagged(12),
          ENERGYOF: tagged(11),
          CHARGEOF: tagged(10),
          MATHOF: field(9),
          TMPOL: tagged(7),
          SHNTOL: tagged(6),
          SHNTUL: tagged(5),
          BUSOL: tagged(4),
          BUSUL: tagged(3),
          POL: tagged(2),
          CNVRF: tagged(1),
          MEMSTAT: field(0),
        },
        read: () => {
          this.#settle();
          return MEMSTAT | (this.#isOverflown ? MATHOF : 0);
        },
      },
      SOVL: { at: 0x0c, access: "rw", reset: 0x7fff, tagged: true },
      SUVL: { at: 0x0d, access: "rw", reset: 0x8000, tagged: true },
      BOVL: { at: 0x0e, access: "rw", reset: 0x7fff, tagged: true },
      BUVL: { at: 0x0f, access: "rw", reset: 0, tagged: true },
      TEMP_LIMIT: { at: 0x10, access: "rw", reset: 0x7fff, tagged: true },
      PWR_LIMIT: { at: 0x11, access: "rw", reset: 0xffff, tagged: true },
      MANUFACTURER_ID: { at: 0x3e, access: "r", reset: 0x5449 },
      DEVICE_ID: { at: 0x3f, access: "r", reset: 0x2281 },
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#energy.put(0);
    this.#isOverflown = false;
    this.#sinceMs = this.environment.loop.now;
    this.#loaded = 0;
  }

  /** The pointer stays where it was set (section 7.5.1.1). */
  protected override next(pointer: number): number {
    return pointer;
  }

  override set(channel: string, source: Source): void {
    this.#energy.advance();
    if (channel === "energy") {
      const joules = typeof source === "number" ? source : source(this.environment.loop.now);
      this.#energy.put(joules / this.#joulesPerCount / secondsPerHour);
      return;
    }
    super.set(channel, source);
    if (channel === "current" || channel === "power") this.#load = channel;
  }

  override sensed(channel: string): number {
    const { now } = this.environment.loop;
    if (channel === "current") return this.#ampsAt(now);
    return channel === "power" ? this.#wattsAt(now) : super.sensed(channel);
  }

  override stick(channel?: string): void {
    this.#energy.advance();
    super.stick(channel);
  }

  override drift(channel: string, offset: number): void {
    this.#energy.advance();
    super.drift(channel, offset);
  }

  override mend(): void {
    this.#energy.advance();
    super.mend();
  }

  #ampsAt(atMs: number): number {
    if (this.#load === "current") return this.senses.at("current", atMs);
    const volts = this.senses.at("busVoltage", atMs);
    return volts === 0 ? 0 : this.senses.at("power", atMs) / volts;
  }

  #wattsAt(atMs: number): number {
    return this.senses.at("busVoltage", atMs) * this.#ampsAt(atMs);
  }

  /** Section 8.1.2, equations 4 and 5: 16 × 3.2 × CURRENT_LSB. */
  get #joulesPerCount(): number {
    return 16 * 3.2 * ampsPerCountAndCal * Math.max(this.value(SHUNT_CAL), 1);
  }

  #configured(value: number): undefined {
    if (value & 0x8000) this.powerOn();
    else if (value & 0x4000) {
      this.#energy.put(0);
      this.#isOverflown = false;
    }
  }

  #restarted(value: number): undefined {
    if (value >> 12 !== continuous) this.untouchable.add(`ADC_CONFIG.MODE ${value >> 12}`);
    this.#sinceMs = this.environment.loop.now;
    this.#loaded = 0;
  }

  /** What was counted was counted with the calibration of then. */
  #calibrated(value: number, previous: number): undefined {
    this.store(SHUNT_CAL, previous);
    this.#energy.advance();
    this.store(SHUNT_CAL, value & 0x7fff);
  }

  /** Conversions that are averaged, and how long one round of bus, shunt and temperature takes. */
  get #timing(): { count: number; roundMs: number } {
    const value = this.value(ADC_CONFIG);
    const roundMs = [9, 6, 3].reduce((sum, low) => sum + conversionMs[(value >> low) & 7]!, 0);
    return { count: averages[value & 7]!, roundMs };
  }

  /** Loads what has been converted since anybody looked. */
  #settle(): void {
    const { count, roundMs } = this.#timing;
    const ended = Math.floor((this.environment.loop.now - this.#sinceMs) / (count * roundMs) + 1e-9);
    if (ended > this.#loaded) this.#converted(this.#sinceMs + (ended - 1) * count * roundMs, count, roundMs);
    this.#loaded = ended;
  }

  #result(at: number): number {
    this.#settle();
    return this.value(at);
  }

  #converted(startMs: number, count: number, roundMs: number): void {
    const averageOf = (quantity: (atMs: number) => number) => {
      let sum = 0;
      for (let index = 1; index <= count; index++) sum += quantity(startMs + index * roundMs);
      return sum / count;
    };
    const volts = averageOf((atMs) => this.senses.at("busVoltage", atMs));
    const amps = averageOf((atMs) => this.#ampsAt(atMs));
    const celsius = averageOf((atMs) => this.senses.at("dieTemperature", atMs));
    const bus = clipped(Math.round(volts / busVoltsPerCount));
    const shunt = clipped(Math.round((amps * shuntOhms) / shuntVoltsPerCount));
    const current = Math.trunc((shunt * unityCal) / Math.max(this.value(SHUNT_CAL), 1));
    const watts = Math.abs(clipped(current)) * this.#ampsPerCount * bus * busVoltsPerCount;
    this.#isOverflown = current !== clipped(current);
    this.store(0x04, to20(shunt));
    this.store(0x05, to20(bus));
    this.store(0x06, Math.round(celsius / celsiusPerCount) & 0xffff);
    this.store(0x07, to20(clipped(current)));
    this.store(0x08, Math.min(Math.trunc(watts / (3.2 * this.#ampsPerCount) + 1e-6), 0xffffff));
  }

  get #ampsPerCount(): number {
    return ampsPerCountAndCal * Math.max(this.value(SHUNT_CAL), 1);
  }
}

const clipped = (counts: number) => Math.min(Math.max(counts, -0x80000), 0x7ffff);

/** Bits 23:4 of a 24-bit register. */
const to20 = (counts: number) => (counts & 0xfffff) * 16;

export const twin = {
  part: ina228,
  create: (environment: TwinEnvironment) => new Ina228Twin(environment),
} satisfies TwinDefinition;
