import { pca9685 } from "#devices/chips/pca9685.ts";
import { DrivingTwin } from "./driving-registers.ts";
import { field, type RegisterTable, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Addresses of the table that matter to the logic (PCA9685 rev. 4, table 4). */
const MODE1 = 0x00;
const LED0_ON_L = 0x06;
const ALL_LED_ON_L = 0xfa;
const PRE_SCALE = 0xfe;
const channelCount = 16;
/** A channel's registers, in their order. */
const ledRegisters = ["ON_L", "ON_H", "OFF_L", "OFF_H"];

const RESTART = 0x80;
const AI = 0x20;
const SLEEP = 0x10;
const FULL = 0x10;

const oscillatorStartMs = 0.5;

/**
 * PCA9685 with the lamp's 0-10 V stage behind it: channel 0 pulls the control line down, channel 1 the
 * normally closed relay. Outputs change at the STOP of a transfer. Sub-addresses, the external clock, output
 * change on ACK, and the pin /OE are only known by name.
 */
class Pca9685Twin extends DrivingTwin {
  readonly part = pca9685;
  /** When the oscillator runs again after SLEEP ended; undefined while it is off. */
  #runsFromMs: number | undefined;
  /** SLEEP came while outputs were running: they stay off until RESTART, or until they are written (7.3.1.1). */
  #isHalted = false;

  constructor(environment: TwinEnvironment) {
    super(pca9685, environment, { width: 8 });
    this.define({
      MODE1: {
        at: MODE1,
        access: "rw",
        reset: 0x11,
        fields: {
          RESTART: field(7),
          EXTCLK: tagged(6),
          AI: field(5),
          SLEEP: field(4),
          SUB1: tagged(3),
          SUB2: tagged(2),
          SUB3: tagged(1),
          ALLCALL: field(0),
        },
        read: () => (this.value(MODE1) & ~RESTART) | (this.#isHalted ? RESTART : 0),
        written: (value, previous) => this.#moded(value, previous),
      },
      MODE2: {
        at: 0x01,
        access: "rw",
        reset: 0x04,
        fields: { INVRT: tagged(4), OCH: tagged(3), OUTDRV: tagged(2), OUTNE: tagged(1, 0) },
      },
      SUBADR1: { at: 0x02, access: "rw", reset: 0xe2 },
      SUBADR2: { at: 0x03, access: "rw", reset: 0xe4 },
      SUBADR3: { at: 0x04, access: "rw", reset: 0xe8 },
      ALLCALLADR: { at: 0x05, access: "rw", reset: 0xe0 },
      ...this.#ledRegisters(),
      ...this.#allLedRegisters(),
      PRE_SCALE: {
        at: PRE_SCALE,
        access: "rw",
        reset: 0x1e,
        written: (value, previous) => this.#prescaled(value, previous),
      },
      TestMode: { at: 0xff, access: "rw", reset: 0, tagged: true },
    });
    this.drive("level", () => this.#lampLevel());
    this.drive("enable", () => (this.duty(1) < 0.5 ? 1 : 0));
  }

  /** Duty of a channel, 0 to 1: 0 while the oscillator is off. */
  duty(channel: number): number {
    const { now } = this.environment.loop;
    if (this.#isHalted || this.#runsFromMs === undefined || now < this.#runsFromMs) return 0;
    const at = LED0_ON_L + 4 * channel;
    const onHigh = this.value(at + 1);
    const offHigh = this.value(at + 3);
    if (offHigh & FULL) return 0;
    if (onHigh & FULL) return 1;
    const on = this.value(at) + 256 * (onHigh & 0xf);
    const off = this.value(at + 2) + 256 * (offHigh & 0xf);
    return (off >= on ? off - on : 4_096 - on + off) / 4_096;
  }

  /** PWM frequency in Hz (section 7.3.5). */
  get pwmHz(): number {
    return 25e6 / 4_096 / (this.value(PRE_SCALE) + 1);
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#runsFromMs = undefined;
    this.#isHalted = false;
  }

  /** Without AI the pointer stays; with it, it wraps after the last LED register (section 7.3.1, table 5). */
  protected override next(pointer: number): number {
    if (!(this.value(MODE1) & AI)) return pointer;
    return pointer === LED0_ON_L + 4 * channelCount - 1 ? MODE1 : (pointer + 1) & 0xff;
  }

  #ledRegisters(): RegisterTable {
    const written = () => this.#ledWritten();
    return Object.fromEntries(
      Array.from({ length: 4 * channelCount }, (_, index) => [
        `LED${index >> 2}_${ledRegisters[index % 4]}`,
        { at: LED0_ON_L + index, access: "rw", reset: index % 4 === 3 ? FULL : 0, written },
      ]),
    );
  }

  /** A shortcut that writes the same register of every channel (section 7.3.4). */
  #allLedRegisters(): RegisterTable {
    const entries = ledRegisters.map((name, index) => {
      const written = (value: number) => {
        for (let channel = 0; channel < channelCount; channel++)
          this.store(LED0_ON_L + 4 * channel + index, value);
        return this.#ledWritten();
      };
      const reset = name.endsWith("_H") ? FULL : 0;
      return [`ALL_LED_${name}`, { at: ALL_LED_ON_L + index, access: "w", reset, written }] as const;
    });
    return Object.fromEntries(entries);
  }

  #moded(value: number, previous: number): undefined {
    const { loop } = this.environment;
    if (value & SLEEP) {
      if (!(previous & SLEEP)) this.#isHalted = this.#isAnyRunning();
      this.#runsFromMs = undefined;
    } else if (previous & SLEEP) {
      this.#runsFromMs = loop.now + oscillatorStartMs;
      loop.at(this.#runsFromMs, () => this.changed());
    }
    if (value & RESTART && !(value & SLEEP)) {
      this.#checkStarted("MODE1.RESTART");
      this.#isHalted = false;
    }
  }

  #isAnyRunning(): boolean {
    return Array.from({ length: channelCount }, (_, channel) => this.duty(channel)).some((duty) => duty > 0);
  }

  #ledWritten(): undefined {
    this.#checkStarted("LEDn");
    this.#isHalted = false;
  }

  /** Timing is not guaranteed within 500 µs after SLEEP ended (section 7.3.1, table 5, note). */
  #checkStarted(name: string): void {
    if (this.#runsFromMs !== undefined && this.environment.loop.now < this.#runsFromMs)
      this.untouchable.add(`${name} within 500 µs after SLEEP`);
  }

  /** PRE_SCALE can only be set in SLEEP, and not below 3 (section 7.3.5). */
  #prescaled(value: number, previous: number): undefined {
    this.store(PRE_SCALE, this.value(MODE1) & SLEEP ? Math.max(value, 3) : previous);
  }

  /** The open collector leaves 10 V · (1 − duty); the lamp's range is 1 V to 10 V (IEC 60929, annex E). */
  #lampLevel(): number {
    const volts = 10 * (1 - this.duty(0));
    return Math.min(Math.max(((volts - 1) / (10 - 1)) * 100, 0), 100);
  }
}

export const twin = {
  part: pca9685,
  create: (environment: TwinEnvironment) => new Pca9685Twin(environment),
} satisfies TwinDefinition;
