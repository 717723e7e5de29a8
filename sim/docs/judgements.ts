/** How near to a board a judge was: our virtual ports, the kernel's calls, or the kernel itself. */
export type Depth = "virtual" | "preload" | "time travel";

/** What a driver or program by others made of a part's twin. */
export interface Judgement {
  /** Ids of parts. */
  readonly parts: readonly string[];
  /** Where it comes from, as it is called there, and which. */
  readonly from: "npm" | "Debian" | "Linux";
  readonly judge: string;
  readonly version: string;
  readonly licence: string;
  readonly depth: Depth;
  readonly agreed: string;
  /** Where it differs and is not followed, with the document that has the last word. */
  readonly differs?: string;
  /** What it showed to be wrong in a twin, and was mended. */
  readonly mended?: string;
  /** The test that holds it, from the repository's root. */
  readonly test: string;
}

const npm = (
  judge: string,
  version: string,
  licence: string,
  rest: Pick<Judgement, "parts" | "agreed" | "differs" | "mended" | "test">,
): Judgement => ({ from: "npm", judge, version, licence, depth: "preload", ...rest });

const johnnyFive = (part: string, agreed: string, differs?: string): Judgement => ({
  ...npm("johnny-five", "2.1.0", "MIT", { parts: [part], agreed, test: `test/sweep/judges/${part}.test.ts` }),
  depth: "virtual",
  ...(differs !== undefined && { differs }),
});

const debian = (
  judge: string,
  version: string,
  licence: string,
  rest: Pick<Judgement, "parts" | "agreed" | "differs" | "mended" | "test">,
): Judgement => ({ from: "Debian", judge, version, licence, depth: "preload", ...rest });

const linux = (
  driver: string,
  part: string,
  agreed: string,
  more: Pick<Judgement, "differs" | "mended"> = {},
): Judgement => ({
  from: "Linux",
  judge: driver,
  version: "7.2",
  licence: "GPL-2.0",
  depth: "time travel",
  parts: [part],
  agreed,
  ...more,
  test: "test/e2e/judges/kernel-trials.ts",
});

const e2e = (name: string) => `test/e2e/judges/${name}.test.ts`;
const modbusParts = ["sdm230", "sdm630", "pzem004t", "evse-din", "modbus-sign"];

/**
 * Drivers that others wrote from the same data sheets, before our twins: each reads what the twin was set to, over the
 * part's range, or drives the twin and the load is looked at. A twin and a driver of ours that share a mistake agree
 * with each other, and disagree here. All run as they are published.
 */
export const judgements: readonly Judgement[] = [
  npm("ads1115", "1.2.0", "MIT", {
    parts: ["ads1115"],
    agreed: "four inputs at all six gains, full scale",
    differs: "once another gain was set it cannot go back to 2/3, whose bits are 0",
    test: e2e("ads1115"),
  }),
  johnnyFive("ads1115", "four inputs in turn at ±6.144 V"),
  linux("ads1015", "ads1115", "four inputs at ±2.048 V"),
  npm("bme280", "2.1.1", "MIT", {
    parts: ["bme280"],
    agreed: "temperature, humidity, pressure; forced and normal mode",
    test: e2e("bme280"),
  }),
  johnnyFive("bme280", "temperature, humidity, pressure"),
  debian("python3-bme280", "0.2.4", "MIT", {
    parts: ["bme280"],
    agreed: "temperature, humidity, pressure; forced mode, over smbus2",
    test: e2e("bme280"),
  }),
  linux("bmp280", "bme280", "temperature, humidity, pressure"),
  npm("johnny-five", "2.1.0", "MIT", {
    parts: ["bme280", "door-switch", "hc-sr501", "mcp23017", "pca9685"],
    agreed:
      "Multi, Switch, Motion, Expander and Led, with Led and Relay on bare pins; over onoff and i2c-bus",
    test: e2e("johnny-five"),
  }),
  npm("johnny-five", "2.1.0", "MIT", {
    parts: ["door-switch", "hc-sr501"],
    agreed:
      "six of its published examples, as they are: buttons, switches, a sensor, motion; six on bare pins",
    test: e2e("johnny-five-examples"),
  }),
  npm("johnny-five", "2.1.0", "MIT", {
    parts: ["mcp23017", "pca9685"],
    agreed: "six of its published examples, as they are: servo, motor, lamps of three colours, expanders",
    test: e2e("johnny-five-examples-i2c"),
  }),
  linux(
    "rtc-ds1307",
    "ds3231",
    "time across month, leap year and century's end; hwclock sets it; temperature",
  ),
  linux("ina2xx", "ina226", "bus voltage, current and power, either way"),
  linux("ina238", "ina228", "bus voltage, current either way, die temperature"),
  linux("ina3221", "ina3221", "bus voltage and current of three channels"),
  johnnyFive(
    "lis3dh",
    "three axes, ±2 g",
    "16,380 counts per g; table 4 of DocID17530 has 1 mg per digit, which is 16,000",
  ),
  linux("st-accel-i2c", "lis3dh", "three axes, ±2 g, normal mode", {
    mended: "the twin gave nothing outside high-resolution mode, and has the normal mode now",
  }),
  linux("ltr390", "ltr390", "counts of light and of UV", {
    differs: "its scale of light is a hundredth of 0.6 lx per count and gain at 100 ms (DS86-2015-0004)",
  }),
  npm("max17048", "1.0.1", "ISC", {
    parts: ["max17048"],
    agreed: "voltage, charge, charge rate, version",
    differs: "its getStatus reads VRESET/ID for STATUS (19-6171, table 2): not asked",
    test: e2e("max17048"),
  }),
  linux("max17040", "max17048", "voltage and charge"),
  npm("node-mcp23017", "0.1.0", "MIT", {
    parts: ["mcp23017"],
    agreed: "each output, each input, pull-ups, a shorted output",
    test: e2e("mcp23017"),
  }),
  johnnyFive("mcp23017", "each output, each input, pull-ups"),
  linux("mcp230xx", "mcp23017", "each output driven and read back, each input"),
  linux("mlx90614", "mlx90614", "ambient and object, with packet error codes"),
  linux("nau7802", "nau7802", "a load cell both ways", {
    differs: "it never has the part calibrate its offset, so that is weighed first",
  }),
  npm("pca9685", "5.0.0", "MIT", {
    parts: ["pca9685"],
    agreed: "frequency, duty of 16 channels, full on and off",
    differs: "its pulses are one step short: OFF - ON are what the part is on for (rev. 4, section 7.3.3)",
    mended: "the twin knew the ALL_LED registers by name only; they write every channel now",
    test: e2e("pca9685"),
  }),
  johnnyFive("pca9685", "frequency, duty"),
  linux("pca9685-pwm", "pca9685", "pulses of three channels, full on and off"),
  npm("pn532", "1.0.0", "MIT", {
    parts: ["pn532"],
    agreed: "firmware, UIDs of 4, 7 and 10 bytes, SENS_RES, SEL_RES, waiting for a card; over serialport",
    differs: "its first command follows the wake-up within 0.8 ms, where UM0701-02 allows 2 ms",
    test: e2e("pn532"),
  }),
  debian("libnfc", "1.8.0", "LGPL-3.0", {
    parts: ["pn532"],
    agreed:
      "nfc-list: line test, registers, power-down, UIDs of 4, 7 and 10 bytes, no card of nine other types",
    differs: "its first command follows the wake-up within 1.4 ms, where UM0701-02 allows 2 ms",
    mended:
      "the twin refused Diagnose, registers, SetParameters, InDeselect, InRelease and PowerDown; showed a card of " +
      "type A for one of any type; lost a command written together with its wake-up however early it was awake",
    test: e2e("pn532"),
  }),
  debian("mbpoll", "1.4.11", "GPL-3.0", {
    parts: modbusParts,
    agreed:
      "registers of five parts on one line, singles and integers, setting a page, exception 02, silence",
    test: e2e("modbus"),
  }),
  debian("python3-pymodbus", "3.0.0", "BSD-3-Clause", {
    parts: ["evse-din", "pzem004t", "modbus-sign"],
    agreed: "function 16 and both kinds of registers, exception 02",
    test: e2e("modbus"),
  }),
  linux("pca954x", "tca9548a", "parts of one address behind three channels"),
  linux("veml6030", "veml7700", "light to 20,000 lx", {
    differs: "it leaves the result as bent as the part has it; application note 84323 straightens it",
  }),
];

/** Parts without a second judge, and why. */
export const unjudged: Readonly<Record<string, string>> = {
  "dump-switch": "a contact",
  ld2410: "found on neither npm nor Debian",
  "limit-switch": "a contact",
  lp5024: "Linux's leds-lp50xx takes its LEDs from a device tree, which the simulated kernel has not",
  max6369: "a watchdog's input: one line that is toggled",
  mmc5603: "found on neither npm nor Debian",
  "relay-board": "an MCP23017, which is judged, with relays",
  "tfmini-s": "found on neither npm nor Debian",
  "vedirect-mppt": "npm's @bencevans/ve.direct is under the GPL",
  "water-probe": "a contact",
};
