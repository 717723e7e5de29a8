import { ina226 } from "#devices/chips/ina226.ts";
import { field, RegisterTwin, tagged } from "./registers.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

/** The resistor between IN+ and IN−, as in the datasheet's example (SBOS547, section 8.2). */
const shuntOhms = 0.002;
const shuntVoltsPerCount = 2.5e-6;
const busVoltsPerCount = 1.25e-3;

/** Typical conversion times by code of VBUSCT and VSHCT, in milliseconds, and averages by code of AVG. */
const conversionMs = [0.14, 0.204, 0.332, 0.588, 1.1, 2.116, 4.156, 8.244];
const averages = [1, 4, 16, 64, 128, 256, 512, 1024];

const powerOnConfiguration = 0x4127;
/** MODE (table 9): shunt and bus; bit 2 is continuous. */
const triggered = 0b011;
const continuous = 0b111;

/**
 * INA226: shunt and bus are converted in turn, averaged, then loaded into all result registers at once: triggered,
 * or again and again as after power-on. Modes that convert one of the two, and the alert pin, are only known by name.
 *
 * The world sets the bus voltage, and the load either by its current or by its power: what was set last counts,
 * and the other follows.
 */
class Ina226Twin extends RegisterTwin {
  readonly part = ina226;
  #load: "current" | "power" = "current";
  #isReady = false;
  #isOverflown = false;
  #endConversion: () => void = () => {};
  #continuous: { readonly sinceMs: number; loaded: number } | undefined;

  constructor(environment: TwinEnvironment) {
    super(ina226, environment, { width: 16, byteOrder: "big" });
    this.define({
      Configuration: {
        at: 0x00,
        access: "rw",
        reset: powerOnConfiguration,
        fields: {
          RST: field(15),
          AVG: field(11, 9),
          VBUSCT: field(8, 6),
          VSHCT: field(5, 3),
          MODE: field(2, 0),
        },
        written: (value) => this.#configured(value),
      },
      ShuntVoltage: { at: 0x01, access: "r", reset: 0, read: () => this.#result(0x01) },
      BusVoltage: { at: 0x02, access: "r", reset: 0, read: () => this.#result(0x02) },
      Power: { at: 0x03, access: "r", reset: 0, read: () => this.#result(0x03) },
      Current: { at: 0x04, access: "r", reset: 0, read: () => this.#result(0x04) },
      Calibration: { at: 0x05, access: "rw", reset: 0 },
      MaskEnable: {
        at: 0x06,
        access: "rw",
        reset: 0,
        fields: {
          SOL: tagged(15),
          SUL: tagged(14),
          BOL: tagged(13),
          BUL: tagged(12),
          POL: tagged(11),
          CNVR: tagged(10),
          AFF: tagged(4),
          CVRF: field(3),
          OVF: field(2),
          APOL: tagged(1),
          LEN: tagged(0),
        },
        read: () => this.#flags(),
      },
      AlertLimit: { at: 0x07, access: "rw", reset: 0, tagged: true },
      ManufacturerId: { at: 0xfe, access: "r", reset: 0x5449 },
      DieId: { at: 0xff, access: "r", reset: 0x2260 },
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#endConversion();
    this.#isReady = false;
    this.#isOverflown = false;
    this.#continuous = { sinceMs: this.environment.loop.now, loaded: 0 };
  }

  /** The pointer stays where it was set until it is set again (section 7.5.4). */
  protected override next(pointer: number): number {
    return pointer;
  }

  override set(channel: string, source: Source): void {
    super.set(channel, source);
    if (channel === "current" || channel === "power") this.#load = channel;
  }

  override sensed(channel: string): number {
    if (channel === "current") return this.#currentAt(this.environment.loop.now);
    if (channel !== "power") return super.sensed(channel);
    return this.senses.now("busVoltage") * this.#currentAt(this.environment.loop.now);
  }

  #currentAt(atMs: number): number {
    if (this.#load === "current") return this.senses.at("current", atMs);
    const volts = this.senses.at("busVoltage", atMs);
    return volts === 0 ? 0 : this.senses.at("power", atMs) / volts;
  }

  #configured(value: number): undefined {
    this.#isReady = false;
    this.#endConversion();
    if (value & 0x8000) {
      this.powerOn();
      return;
    }
    const mode = value & 0b111;
    const { loop } = this.environment;
    const { now } = loop;
    this.#continuous = mode === continuous ? { sinceMs: now, loaded: 0 } : undefined;
    const { count, pairMs } = this.#timing;
    if (mode === triggered)
      this.#endConversion = loop.at(now + count * pairMs, () => this.#converted(now, count, pairMs));
    else if (mode !== continuous && (mode & 0b011) !== 0) this.untouchable.add(`Configuration.MODE ${mode}`);
  }

  /** Pairs of conversions that are averaged, and how long one pair takes. */
  get #timing(): { count: number; pairMs: number } {
    const value = this.value(0x00);
    const pairMs = conversionMs[(value >> 6) & 7]! + conversionMs[(value >> 3) & 7]!;
    return { count: averages[(value >> 9) & 7]!, pairMs };
  }

  /** In continuous mode, loads what has been converted since anybody looked. */
  #settle(): void {
    if (!this.#continuous) return;
    const { count, pairMs } = this.#timing;
    const { sinceMs, loaded } = this.#continuous;
    const ended = Math.floor((this.environment.loop.now - sinceMs) / (count * pairMs));
    if (ended > loaded) this.#converted(sinceMs + (ended - 1) * count * pairMs, count, pairMs);
    this.#continuous.loaded = ended;
  }

  #result(at: number): number {
    this.#settle();
    return this.value(at);
  }

  #converted(startMs: number, count: number, pairMs: number): void {
    let amps = 0;
    let volts = 0;
    for (let index = 1; index <= count; index++) {
      amps += this.#currentAt(startMs + index * pairMs) / count;
      volts += this.senses.at("busVoltage", startMs + index * pairMs) / count;
    }
    const shunt = clipped(Math.round((amps * shuntOhms) / shuntVoltsPerCount));
    const bus = Math.min(Math.round(volts / busVoltsPerCount), 0x7fff);
    // Equations 3 and 4 of section 7.5.1.
    const current = Math.trunc((shunt * (this.value(0x05) & 0x7fff)) / 2_048);
    this.#isOverflown = Math.abs(current) > 0x7fff;
    this.store(0x01, shunt & 0xffff);
    this.store(0x02, bus);
    this.store(0x04, current & 0xffff);
    this.store(0x03, Math.trunc((Math.abs(current) * bus) / 20_000) & 0xffff);
    this.#isReady = true;
  }

  /** Reading Mask/Enable clears CVRF (section 7.6.7). */
  #flags(): number {
    this.#settle();
    const flags = (this.#isReady ? 1 << 3 : 0) | (this.#isOverflown ? 1 << 2 : 0);
    this.#isReady = false;
    return flags;
  }
}

const clipped = (counts: number) => Math.min(Math.max(counts, -0x8000), 0x7fff);

export const twin = {
  part: ina226,
  create: (environment: TwinEnvironment) => new Ina226Twin(environment),
} satisfies TwinDefinition;
