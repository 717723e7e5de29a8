import { lp5024 } from "#devices/chips/lp5024.ts";
import { DrivingTwin } from "./driving-registers.ts";
import { field, type RegisterTable, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Addresses of the table that matter to the logic (SLVSEB8, table 7-4). */
const DEVICE_CONFIG0 = 0x00;
const DEVICE_CONFIG1 = 0x01;
const LED0_BRIGHTNESS = 0x07;
const OUT0_COLOR = 0x0f;
const RESET = 0x27;

const Chip_EN = 0x40;
const Auto_Incr_EN = 0x08;
const LED_Global_Off = 0x01;

const moduleCount = 8;
const outputCount = 24;
const startMs = 0.5;

/**
 * LP5024 with an RGB module at each three outputs, in the order red, green, blue. Banks, the brightness of a module
 * and its logarithmic scale, dithering, power saving and the current option are only known by name.
 */
class Lp5024Twin extends DrivingTwin {
  readonly part = lp5024;
  #runsFromMs: number | undefined;

  constructor(environment: TwinEnvironment) {
    super(lp5024, environment, { width: 8 });
    this.define({
      DEVICE_CONFIG0: {
        at: DEVICE_CONFIG0,
        access: "rw",
        reset: 0,
        fields: { Chip_EN: field(6) },
        written: (value, previous) => this.#enabled(value, previous),
      },
      DEVICE_CONFIG1: {
        at: DEVICE_CONFIG1,
        access: "rw",
        reset: 0x3c,
        fields: {
          Log_Scale_EN: tagged(5),
          Power_Save_EN: tagged(4),
          Auto_Incr_EN: field(3),
          PWM_Dithering_EN: tagged(2),
          Max_Current_Option: tagged(1),
          LED_Global_Off: field(0),
        },
      },
      LED_CONFIG0: { at: 0x02, access: "rw", reset: 0, fields: { LEDn_Bank_EN: tagged(7, 0) } },
      BANK_BRIGHTNESS: { at: 0x03, access: "rw", reset: 0xff },
      BANK_A_COLOR: { at: 0x04, access: "rw", reset: 0 },
      BANK_B_COLOR: { at: 0x05, access: "rw", reset: 0 },
      BANK_C_COLOR: { at: 0x06, access: "rw", reset: 0 },
      ...outputRegisters(),
      RESET: { at: RESET, access: "w", reset: 0, written: (value) => this.#softReset(value) },
    });
    for (const [pin, name] of Object.keys(lp5024.channels).entries())
      this.drive(name, () => (100 * this.#duty(pin)) / 0xff);
  }

  protected override powerOn(): void {
    super.powerOn();
    this.#runsFromMs = undefined;
  }

  /** Section 7.5.1.7. */
  protected override next(pointer: number): number {
    return this.value(DEVICE_CONFIG1) & Auto_Incr_EN ? super.next(pointer) : pointer;
  }

  #duty(pin: number): number {
    const isRunning = this.#runsFromMs !== undefined && this.environment.loop.now >= this.#runsFromMs;
    const isOff = (this.value(DEVICE_CONFIG1) & LED_Global_Off) !== 0;
    return isRunning && !isOff ? this.value(OUT0_COLOR + pin) : 0;
  }

  #enabled(value: number, previous: number): undefined {
    if (!(value & Chip_EN)) this.#runsFromMs = undefined;
    else if (!(previous & Chip_EN)) {
      const { loop } = this.environment;
      this.#runsFromMs = loop.now + startMs;
      loop.at(this.#runsFromMs, () => this.changed());
    }
  }

  /** FFh resets all registers; anything else does nothing (section 7.6.40). */
  #softReset(value: number): undefined {
    if (value === 0xff) this.powerOn();
  }
}

function outputRegisters(): RegisterTable {
  const brightness = Array.from({ length: moduleCount }, (_, module) => [
    `LED${module}_BRIGHTNESS`,
    { at: LED0_BRIGHTNESS + module, access: "rw", reset: 0xff, fields: { LEDn_Brightness: tagged(7, 0) } },
  ]);
  const colors = Array.from({ length: outputCount }, (_, pin) => [
    `OUT${pin}_COLOR`,
    { at: OUT0_COLOR + pin, access: "rw", reset: 0 },
  ]);
  return Object.fromEntries([...brightness, ...colors]);
}

export const twin = {
  part: lp5024,
  create: (environment: TwinEnvironment) => new Lp5024Twin(environment),
} satisfies TwinDefinition;
