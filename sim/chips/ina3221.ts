import { ina3221 } from "#devices/chips/ina3221.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

const Configuration = 0x00;
const MaskEnable = 0x0f;
const powerOnConfiguration = 0x7127;
/** TCF: the timing-control alert has not been raised (SBOS576, section 8.6.2.16). */
const maskEnableAtReset = 0x0002;

/** The resistor between IN+ and IN− of each channel. */
const shuntOhms = 0.05;

/** Typical conversion times by code of VBUSCT and VSHCT, in milliseconds, and averages by code of AVG (8.6.2.1). */
const conversionMs = [0.14, 0.204, 0.332, 0.588, 1.1, 2.116, 4.156, 8.244];
const averages = [1, 4, 16, 64, 128, 256, 512, 1024];

const channels = [1, 2, 3] as const;
type ChannelNumber = (typeof channels)[number];

const shuntAt = (channel: ChannelNumber) => 2 * channel - 1;
const busAt = (channel: ChannelNumber) => 2 * channel;

/** Conversions of a mode, and how long they take. */
interface Timing {
  readonly enabled: readonly ChannelNumber[];
  readonly count: number;
  readonly roundMs: number;
}

/**
 * INA3221: the enabled channels are converted in turn, averaged, then loaded into the result registers at once:
 * triggered, or again and again as after power-on. The alerts, with the limits they compare to, the summation of
 * shunt voltages and the power-valid window are only known by name.
 *
 * The world sets each bus voltage, and each load either by its current or by its power: what was set last counts,
 * and the other follows.
 */
class Ina3221Twin extends RegisterTwin {
  readonly part = ina3221;
  readonly #loads: Record<ChannelNumber, "current" | "power"> = { 1: "current", 2: "current", 3: "current" };
  #sinceMs = 0;
  #loaded = 0;
  #isReady = false;

  constructor(environment: TwinEnvironment) {
    super(ina3221, environment, { width: 16, byteOrder: "big" });
    this.define({
      Configuration: {
        at: Configuration,
        access: "rw",
        reset: powerOnConfiguration,
        fields: {
          RST: field(15),
          CH1en: field(14),
          CH2en: field(13),
          CH3en: field(12),
          AVG: field(11, 9),
          VBUSCT: field(8, 6),
          VSHCT: field(5, 3),
          MODE: field(2, 0),
        },
        written: (value) => this.#configured(value),
      },
      ...this.#resultRegisters(),
      ...this.#limitRegisters(),
      MaskEnable: {
        at: MaskEnable,
        access: "rw",
        reset: maskEnableAtReset,
        fields: {
          SCC: tagged(14, 12),
          WEN: tagged(11),
          CEN: tagged(10),
          CF: tagged(9, 7),
          SF: tagged(6),
          WF: tagged(5, 3),
          PVF: tagged(2),
          TCF: tagged(1),
          CVRF: field(0),
        },
        read: () => this.#flags(),
      },
      ManufacturerId: { at: 0xfe, access: "r", reset: 0x5449 },
      DieId: { at: 0xff, access: "r", reset: 0x3220 },
    });
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#restart();
  }

  /** The pointer stays where it was set until it is set again (section 8.5.2). */
  protected override next(pointer: number): number {
    return pointer;
  }

  override set(channel: string, source: Source): void {
    super.set(channel, source);
    for (const number of channels)
      for (const load of ["current", "power"] as const)
        if (channel === `${load}${number}`) this.#loads[number] = load;
  }

  override sensed(channel: string): number {
    const { now } = this.environment.loop;
    for (const number of channels) {
      if (channel === `current${number}`) return this.#currentAt(number, now);
      if (channel === `power${number}`)
        return this.senses.at(`busVoltage${number}`, now) * this.#currentAt(number, now);
    }
    return super.sensed(channel);
  }

  #currentAt(channel: ChannelNumber, atMs: number): number {
    if (this.#loads[channel] === "current") return this.senses.at(`current${channel}`, atMs);
    const volts = this.senses.at(`busVoltage${channel}`, atMs);
    return volts === 0 ? 0 : this.senses.at(`power${channel}`, atMs) / volts;
  }

  #resultRegisters(): RegisterTable {
    const result = (at: number) => ({ at, access: "r" as const, reset: 0, read: () => this.#result(at) });
    return Object.fromEntries(
      channels.flatMap((channel) => [
        [`ShuntVoltage${channel}`, result(shuntAt(channel))],
        [`BusVoltage${channel}`, result(busAt(channel))],
      ]),
    );
  }

  #limitRegisters(): RegisterTable {
    const limit = (at: number, reset: number) => ({ at, access: "rw" as const, reset, tagged: true });
    return {
      ...Object.fromEntries(
        channels.flatMap((channel) => [
          [`CriticalAlertLimit${channel}`, limit(0x05 + 2 * channel, 0x7ff8)],
          [`WarningAlertLimit${channel}`, limit(0x06 + 2 * channel, 0x7ff8)],
        ]),
      ),
      ShuntVoltageSum: { at: 0x0d, access: "r", reset: 0, tagged: true },
      ShuntVoltageSumLimit: limit(0x0e, 0x7ffe),
      PowerValidUpperLimit: limit(0x10, 0x2710),
      PowerValidLowerLimit: limit(0x11, 0x2328),
    };
  }

  #configured(value: number): undefined {
    if (value & 0x8000) this.powerOn();
    else this.#restart();
  }

  #restart(): void {
    this.#sinceMs = this.environment.loop.now;
    this.#loaded = 0;
    this.#isReady = false;
  }

  get #timing(): Timing {
    const value = this.value(Configuration);
    const enabled = channels.filter((channel) => value & (0x8000 >> channel));
    const shuntMs = value & 0b001 ? conversionMs[(value >> 3) & 7]! : 0;
    const busMs = value & 0b010 ? conversionMs[(value >> 6) & 7]! : 0;
    return { enabled, count: averages[(value >> 9) & 7]!, roundMs: enabled.length * (shuntMs + busMs) };
  }

  /** Loads what has been converted since anybody looked; a triggered conversion is the only one. */
  #settle(): void {
    const timing = this.#timing;
    const setMs = timing.count * timing.roundMs;
    if (setMs === 0) return;
    const ended = Math.floor((this.environment.loop.now - this.#sinceMs) / setMs + 1e-9);
    const sets = this.value(Configuration) & 0b100 ? ended : Math.min(ended, 1);
    if (sets > this.#loaded) this.#load(this.#sinceMs + (sets - 1) * setMs, timing);
    this.#loaded = sets;
  }

  #load(startMs: number, { enabled, count, roundMs }: Timing): void {
    const mode = this.value(Configuration);
    for (const channel of enabled) {
      let amps = 0;
      let volts = 0;
      for (let round = 1; round <= count; round++) {
        const atMs = startMs + round * roundMs;
        amps += this.#currentAt(channel, atMs) / count;
        volts += this.senses.at(`busVoltage${channel}`, atMs) / count;
      }
      if (mode & 0b001) this.store(shuntAt(channel), aligned((amps * shuntOhms) / 40e-6));
      if (mode & 0b010) this.store(busAt(channel), aligned(volts / 8e-3));
    }
    this.#isReady = true;
  }

  #result(at: number): number {
    this.#settle();
    return this.value(at);
  }

  /** Reading Mask/Enable clears CVRF (section 8.6.2.16). */
  #flags(): number {
    this.#settle();
    const flags = this.value(MaskEnable) | (this.#isReady ? 1 : 0);
    this.#isReady = false;
    return flags;
  }
}

/** Twelve bits and a sign, left-aligned, that stop at full scale: 7FF8h and 8000h. */
const aligned = (value: number) => (Math.min(Math.max(Math.round(value), -0x1000), 0xfff) << 3) & 0xffff;

export const twin = {
  part: ina3221,
  create: (environment: TwinEnvironment) => new Ina3221Twin(environment),
} satisfies TwinDefinition;
