import { ds3231 } from "#devices/chips/ds3231.ts";
import { field, type RegisterTable, RegisterTwin, tagged } from "./registers.ts";
import type { Source, TwinDefinition, TwinEnvironment } from "./twin.ts";

const Control = 0x0e;
const Status = 0x0f;
const lastRegister = 0x12;

const OSF = 0x80;
const CONV = 0x20;
const BSY = 0x04;

/** Longest temperature conversion, and the time between two of the part's own (19-5170). */
const conversionMs = 200;
const conversionPeriodMs = 64_000;

/** What the calendar shows after power was applied for the first time: 1 January 2000. */
const powerOnSeconds = Date.UTC(2000, 0, 1) / 1_000;

/** Accuracy of the crystal from 0 to 40 °C, in parts per million. */
const accuracyPpm = 2;

const bcd = (value: number) => Number.parseInt(String(value), 16);
const fromBcd = (byte: number) => Number.parseInt(byte.toString(16), 10);

/**
 * DS3231 that was commissioned: it shows the street's time, off by a crystal of its own within ±2 ppm. Alarms,
 * the square wave, the 32 kHz output and the ageing offset are only known by name.
 *
 * `set("time", …)` sets its calendar now, and it counts on from there. A supply that fails takes nothing away
 * while the battery lives; `loseBattery` first, and the calendar restarts and OSF is set.
 */
class Ds3231Twin extends RegisterTwin {
  readonly part = ds3231;
  readonly #rate: number;
  readonly #staged = new Map<number, number>();
  #hasBattery = false;
  #setSeconds = powerOnSeconds;
  #setAtMs: number;
  #isTwelveHour = false;
  #isStopped = true;
  #isConverting = false;
  #quarters: number | undefined;
  #convertedAtMs = 0;

  constructor(environment: TwinEnvironment) {
    super(ds3231, environment, { width: 8 });
    this.#rate = 1 + ((environment.random() * 2 - 1) * accuracyPpm) / 1e6;
    this.#setAtMs = environment.loop.now;
    this.define({ ...this.#calendarRegisters(), ...this.#otherRegisters() });
    super.set("time", (atMs) => this.#secondsAt(atMs));
    this.set("time", environment.loop.now / 1_000);
    this.#isStopped = false;
    this.#hasBattery = true;
  }

  override set(channel: string, source: Source): void {
    if (channel !== "time") {
      super.set(channel, source);
      return;
    }
    const { now } = this.environment.loop;
    this.#setSeconds = typeof source === "number" ? source : source(now);
    this.#setAtMs = now;
  }

  /** Fault: the coin cell is empty or gone. `mend` puts in a new one; the calendar stays as it is. */
  loseBattery(): void {
    this.#hasBattery = false;
  }

  override mend(): void {
    super.mend();
    this.#hasBattery = true;
  }

  override write(bytes: Uint8Array): boolean {
    const acknowledged = super.write(bytes);
    if (this.#staged.size > 0) this.#setCalendar();
    return acknowledged;
  }

  protected override powerOn(): void {
    if (this.#hasBattery) return;
    super.powerOn();
    this.#setSeconds = powerOnSeconds;
    this.#setAtMs = this.environment.loop.now;
    this.#isTwelveHour = false;
    this.#isStopped = true;
    this.#quarters = undefined;
  }

  /** The pointer wraps after the last register. */
  protected override next(pointer: number): number {
    return pointer >= lastRegister ? 0 : pointer + 1;
  }

  #calendarRegisters(): RegisterTable {
    const names = ["Seconds", "Minutes", "Hours", "Day", "Date", "Month", "Year"];
    return Object.fromEntries(
      names.map((name, at) => [
        name,
        {
          at,
          access: "rw",
          reset: 0,
          read: () => this.#calendar()[at]!,
          written: (value: number) => {
            this.#staged.set(at, value);
          },
        },
      ]),
    ) as RegisterTable;
  }

  #otherRegisters(): RegisterTable {
    const alarms = ["A1_Seconds", "A1_Minutes", "A1_Hours", "A1_Day", "A2_Minutes", "A2_Hours", "A2_Day"];
    const quarters = () => this.#temperature() & 0x3ff;
    return {
      ...Object.fromEntries(
        alarms.map(
          (name, index) => [name, { at: 0x07 + index, access: "rw", reset: 0, tagged: true }] as const,
        ),
      ),
      Control: {
        at: Control,
        access: "rw",
        reset: 0x1c,
        fields: {
          EOSC: tagged(7),
          BBSQW: tagged(6),
          CONV: field(5),
          RS: tagged(4, 3),
          INTCN: tagged(2),
          A2IE: tagged(1),
          A1IE: tagged(0),
        },
        written: (value) => this.#controlled(value),
      },
      Status: {
        at: Status,
        access: "rw",
        reset: 0x08,
        fields: { OSF: field(7), EN32kHz: tagged(3), BSY: field(2), A2F: tagged(1), A1F: tagged(0) },
        read: () => 0x08 | (this.#isStopped ? OSF : 0) | (this.#isConverting ? BSY : 0),
        // The flag can be written to 0 only.
        written: (value) => {
          if (!(value & OSF)) this.#isStopped = false;
        },
      },
      AgingOffset: { at: 0x10, access: "rw", reset: 0, tagged: true },
      TemperatureMsb: { at: 0x11, access: "r", reset: 0, read: () => quarters() >> 2 },
      TemperatureLsb: { at: 0x12, access: "r", reset: 0, read: () => (quarters() & 0b11) << 6 },
    };
  }

  #secondsAt(atMs: number): number {
    return this.#setSeconds + ((atMs - this.#setAtMs) / 1_000) * this.#rate;
  }

  /** The seven registers as they read now. */
  #calendar(): number[] {
    const seconds = Math.floor(this.sensed("time"));
    const [date, time] = new Date(seconds * 1_000).toISOString().split("T") as [string, string];
    const [year, month, day] = date.split("-").map(Number) as [number, number, number];
    const [hours, minutes] = time.split(":").map(Number) as [number, number];
    // 1 January 1970 was a Thursday, day 4 when Monday is day 1.
    const weekday = ((Math.floor(seconds / 86_400) + 3) % 7) + 1;
    const shownHours = this.#isTwelveHour
      ? 0x40 | (hours >= 12 ? 0x20 : 0) | bcd(hours % 12 === 0 ? 12 : hours % 12)
      : bcd(hours);
    return [bcd(seconds % 60), bcd(minutes), shownHours, weekday, bcd(day), bcd(month), bcd(year % 100)];
  }

  /** What was written of the calendar takes effect together; writing Seconds restarts the second. */
  #setCalendar(): void {
    const shown = this.#calendar().map((byte, at) => this.#staged.get(at) ?? byte);
    const [seconds = 0, minutes = 0, hours = 0, , day = 1, month = 1, year = 0] = shown;
    const fraction = this.#staged.has(0) ? 0 : this.sensed("time") % 1;
    this.#isTwelveHour = (hours & 0x40) !== 0;
    const twelve = (fromBcd(hours & 0x1f) % 12) + (hours & 0x20 ? 12 : 0);
    const hour = this.#isTwelveHour ? twelve : fromBcd(hours);
    const iso = `20${pair(fromBcd(year))}-${pair(fromBcd(month & 0x1f))}-${pair(fromBcd(day))}`;
    const at = Date.parse(`${iso}T${pair(hour)}:${pair(fromBcd(minutes))}:${pair(fromBcd(seconds))}Z`);
    this.#staged.clear();
    this.set("time", at / 1_000 + fraction);
  }

  #controlled(value: number): undefined {
    if (!(value & CONV) || this.#isConverting) return;
    const { loop } = this.environment;
    this.#isConverting = true;
    loop.at(loop.now + conversionMs, () => {
      this.#isConverting = false;
      this.store(Control, this.value(Control) & ~CONV);
      this.#convert(loop.now);
    });
  }

  #convert(atMs: number): number {
    this.#convertedAtMs = atMs;
    this.#quarters = Math.round(this.senses.at("temperature", atMs) * 4);
    return this.#quarters;
  }

  /** The part converts by itself every 64 s; in between it shows the last result. */
  #temperature(): number {
    const { now } = this.environment.loop;
    const dueMs = this.#convertedAtMs + conversionPeriodMs;
    if (this.#quarters === undefined || now >= dueMs) return this.#convert(now);
    return this.#quarters;
  }
}

const pair = (value: number) => String(value).padStart(2, "0");

export const twin = {
  part: ds3231,
  create: (environment: TwinEnvironment) => new Ds3231Twin(environment),
} satisfies TwinDefinition;
