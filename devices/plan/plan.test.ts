import { describe, expect, it } from "vitest";
import { bme280 } from "../chips/bme280.ts";
import { doorSwitch } from "../chips/door-switch.ts";
import { evseDin } from "../chips/evse-din.ts";
import { hcSr501 } from "../chips/hc-sr501.ts";
import { ina226 } from "../chips/ina226.ts";
import { ld2410 } from "../chips/ld2410.ts";
import { max17048 } from "../chips/max17048.ts";
import { mlx90614 } from "../chips/mlx90614.ts";
import { pn532 } from "../chips/pn532.ts";
import { pzem004t } from "../chips/pzem004t.ts";
import { sdm230 } from "../chips/sdm230.ts";
import { sdm630 } from "../chips/sdm630.ts";
import { tfminiS } from "../chips/tfmini-s.ts";
import { vedirectMppt } from "../chips/vedirect-mppt.ts";
import { veml7700 } from "../chips/veml7700.ts";
import { milliseconds, minutes } from "../duration.ts";
import * as catalogue from "../furniture/index.ts";
import { type Furniture, sized } from "../furniture/vocabulary.ts";
import type { Part } from "../part.ts";
import { type Board, boards } from "./boards.ts";
import { arithmeticOf } from "./bus-time.ts";
import { rules } from "./finding.ts";
import { planOf } from "./plan.ts";
import type { Fitted } from "./wiring.ts";

const { streetlight } = catalogue;
const [pi4, pi5, cm4, zero] = boards as readonly [Board, Board, Board, Board];

const i2c = (role: string, part: Part, bus: number, address: number): Fitted => ({
  role,
  part,
  place: { kind: "i2c", bus, address },
});
const serial = (role: string, part: Part, path: string, more: object = {}): Fitted => ({
  role,
  part,
  place: { kind: "serial", path, ...more },
});
const gpio = (role: string, offset: number, part: Part = doorSwitch, chip = "pinctrl-bcm2711"): Fitted => ({
  role,
  part,
  place: { kind: "gpio", chip, offset },
});

/** A kind that has these parts, in roles of their own, each read once a minute. */
const kindOf = (parts: readonly Fitted[], every = minutes(1)): Furniture => ({
  ...streetlight,
  roles: Object.fromEntries(
    parts.map(({ role, part, place }) => [
      role,
      { title: role, accepts: [part], place, sampling: { every } },
    ]),
  ),
});

const findingsOf = (parts: readonly Fitted[], board = pi4) => planOf(parts, board, kindOf(parts)).findings;

const thirsty = (currentMaxMa: number, supply: readonly [number, number]): Part => ({
  ...veml7700,
  id: "thirsty",
  electrical: { supply, currentMaxMa },
});

const rows: readonly (readonly [what: string, parts: Fitted[], board: Board, finding: object])[] = [
  [
    "a bus that the board does not have",
    [i2c("climate", bme280, 3, 0x76)],
    zero,
    {
      severity: "error",
      rule: "i2c-bus-absent",
      field: "parts/climate/bus",
      found: "i2c-3 is not on the header of a Raspberry Pi Zero 2 W",
      expected: "i2c-0, i2c-1",
      fix: "wire it to one of these: climate: { bus: 1 }",
    },
  ],
  [
    "a UART that the board does not have",
    [serial("radar", ld2410, "/dev/ttyAMA2")],
    zero,
    {
      severity: "error",
      rule: "serial-port-absent",
      field: "parts/radar/path",
      found: "a Raspberry Pi Zero 2 W has no /dev/ttyAMA2",
      expected: "/dev/serial0, /dev/ttyAMA0, /dev/ttyS0",
      fix: "name the port that radar is wired to: radar: { path: … }",
    },
  ],
  [
    "a name of a UART that only old kernels gave (raspberrypi/linux#5436)",
    [serial("radar", ld2410, "/dev/ttyAMA1")],
    pi4,
    {
      severity: "warning",
      rule: "serial-port-name",
      found:
        "/dev/ttyAMA1 is on a Raspberry Pi 4 Model B only with a kernel before 6.1.26, which numbers the UARTs that are enabled",
      expected:
        "/dev/serial0, /dev/ttyAMA0, /dev/ttyS0, /dev/ttyAMA2, /dev/ttyAMA3, /dev/ttyAMA4, /dev/ttyAMA5",
    },
  ],
  [
    "two adapters by their numbers",
    [serial("radar", ld2410, "/dev/ttyUSB0"), serial("meter", pzem004t, "/dev/ttyUSB1")],
    pi4,
    {
      severity: "warning",
      rule: "serial-port-unsteady",
      role: "radar",
      found: "/dev/ttyUSB0 is one of 2 adapters on USB, numbered in the order in which they are found",
      expected: "a path that stays with its socket",
      fix: "take the path of that socket: radar: { path: /dev/serial/by-path/… } (ls /dev/serial/by-path)",
    },
  ],
  [
    "a part without an address on somebody else's line",
    [serial("meter", pzem004t, "/dev/ttyUSB0"), serial("radar", ld2410, "/dev/ttyUSB0")],
    pi4,
    {
      severity: "error",
      rule: "serial-not-shared",
      role: "radar",
      found: "radar (ld2410) is on /dev/ttyUSB0, where meter (pzem004t) is",
      expected: "a line of its own for radar: ld2410 has no address",
    },
  ],
  [
    "two speeds on one line",
    [serial("charger", evseDin, "/dev/ttyUSB0"), serial("meter", sdm230, "/dev/ttyUSB0", { unit: 2 })],
    pi4,
    {
      severity: "error",
      rule: "serial-speed",
      role: "meter",
      field: "parts/meter/baudRate",
      found: "meter (sdm230) is at 2400 baud 8N1 on /dev/ttyUSB0, where charger is at 9600 baud 8N1",
      expected: "one speed on one line",
      fix: "set the part to 9600 baud and say so: meter: { baudRate: 9600 }, or give it another port",
    },
  ],
  [
    "two parts of one address, one of them by its factory's",
    [serial("mains", sdm630, "/dev/ttyUSB0"), serial("charger", evseDin, "/dev/ttyUSB0", { unit: 1 })],
    pi4,
    {
      severity: "error",
      rule: "serial-unit-clash",
      role: "charger",
      field: "parts/charger/unit",
      found: "charger (evse-din) is unit 1 on /dev/ttyUSB0, and so is mains",
      expected: "one part per address of a line",
      fix: "set it to another address, alone on the line, then say so: charger: { unit: 2 }",
    },
  ],
  [
    "parts that speak RS-485 at a port of the board",
    [serial("meter", sdm230, "/dev/ttyAMA3"), serial("sign", sdm230, "/dev/ttyAMA3", { unit: 2 })],
    pi4,
    {
      severity: "notice",
      rule: "serial-transceiver",
      found: "meter, sign on RS-485, /dev/ttyAMA3 with levels of 3.3 V",
      expected: "a transceiver between line and port",
    },
  ],
  [
    "a line of another board's controller",
    [gpio("door", 27)],
    pi5,
    {
      severity: "error",
      rule: "gpio-chip-absent",
      field: "parts/door/chip",
      found: "the header of a Raspberry Pi 5 is not on pinctrl-bcm2711",
      expected: "pinctrl-rp1",
      fix: "door: { chip: pinctrl-rp1 }, or plan for the board that it is with --board",
    },
  ],
  [
    "a line that is not on the header",
    [gpio("door", 42)],
    pi4,
    {
      severity: "error",
      rule: "gpio-line-absent",
      field: "parts/door/offset",
      found: "GPIO 42 is not on the header of a Raspberry Pi 4 Model B",
      expected: "0 to 27",
      fix: "wire it to a free line: door: { offset: 4 }",
    },
  ],
  [
    "a line that two parts use",
    [gpio("motion", 17, hcSr501), gpio("door", 17)],
    pi4,
    {
      severity: "error",
      rule: "gpio-line-clash",
      role: "door",
      found: "door is at GPIO 17, which motion uses",
      expected: "one use of a line",
      fix: "wire it to a free line: door: { offset: 4 }",
    },
  ],
  [
    "a line of a bus that is in use",
    [gpio("door", 3), i2c("climate", bme280, 1, 0x76)],
    pi4,
    { severity: "error", rule: "gpio-line-clash", found: "door is at GPIO 3, which I2C1 uses" },
  ],
  [
    "a line of a serial port that is in use",
    [gpio("door", 14), serial("radar", ld2410, "/dev/ttyAMA0")],
    pi4,
    { severity: "error", rule: "gpio-line-clash", found: "door is at GPIO 14, which UART0 uses" },
  ],
  [
    "a bus and a serial port at the same pins",
    [i2c("climate", bme280, 3, 0x76), serial("radar", ld2410, "/dev/ttyAMA3")],
    pi4,
    {
      severity: "error",
      rule: "gpio-line-clash",
      role: "radar",
      field: "parts/radar",
      found: "UART3 (/dev/ttyAMA3) is at GPIO 4 and 5, as I2C3 (i2c-3) is",
      fix: "give radar another bus or port: /dev/serial0 (GPIO 14/15), /dev/ttyAMA0 (GPIO 14/15), /dev/ttyS0 (GPIO 14/15), /dev/ttyAMA2 (GPIO 0/1), /dev/ttyAMA4 (GPIO 8/9), /dev/ttyAMA5 (GPIO 12/13)",
    },
  ],
  [
    "one UART by two names",
    [serial("radar", ld2410, "/dev/serial0"), serial("distance", tfminiS, "/dev/ttyAMA0")],
    pi4,
    {
      severity: "error",
      rule: "gpio-line-clash",
      role: "distance",
      found: "UART0 (/dev/ttyAMA0) is at GPIO 14 and 15, as the primary UART (/dev/serial0) is",
    },
  ],
  [
    "a line of the identification EEPROM",
    [gpio("door", 0)],
    pi4,
    {
      severity: "warning",
      rule: "gpio-line-reserved",
      found:
        "door is at GPIO 0, which is for the identification EEPROM of a HAT, which the firmware reads at start",
    },
  ],
  [
    "a line of SPI",
    [gpio("door", 9)],
    pi4,
    {
      severity: "notice",
      rule: "gpio-line-reserved",
      found: "door is at GPIO 9, which is for SPI0, if dtparam=spi=on",
      fix: "wire it to a free line: door: { offset: 4 }",
    },
  ],
  [
    "5 V at a pin: a solar charger",
    [serial("solar", vedirectMppt, "/dev/ttyAMA3")],
    pi4,
    {
      severity: "warning",
      rule: "level",
      found: "solar (vedirect-mppt) drives /dev/ttyAMA3 to 5 V",
      expected: "3.3 V at most: a pin of the board is destroyed by more",
      fix: "put a level shifter, an optocoupler or a divider (1 kΩ to 2 kΩ) between, or an adapter on USB for 5 V",
    },
  ],
  [
    "5 V at a pin: a meter whose line side runs from 5 V",
    [serial("meter", pzem004t, "/dev/ttyAMA3")],
    pi4,
    { severity: "warning", rule: "level", found: "meter (pzem004t) drives /dev/ttyAMA3 to 5 V" },
  ],
  [
    "a part on I2C that runs from 5 V",
    [i2c("sky", { ...mlx90614, electrical: { supply: [4.5, 5.5], currentMaxMa: 2 } }, 1, 0x5a)],
    pi4,
    {
      severity: "warning",
      rule: "i2c-level",
      found: "sky (mlx90614) runs from 5 V, on i2c-1 with pull-ups to 3.3 V",
      expected: "a high level of 0.7 × 5 V = 3.5 V for it (NXP UM10204, table 10)",
    },
  ],
  [
    "a bus without pull-ups",
    [i2c("climate", bme280, 3, 0x76), i2c("supply", ina226, 3, 0x40)],
    pi4,
    {
      severity: "notice",
      rule: "i2c-pull-ups",
      role: "climate",
      found: "i2c-3 has no pull-ups on the board",
      expected: "pull-ups to 3.3 V",
    },
  ],
  [
    "channels of a multiplexer without pull-ups",
    [0, 1].map(
      (channel): Fitted => ({
        role: `space${channel}`,
        part: veml7700,
        place: { kind: "i2c", bus: 1, address: 0x10, behind: { address: 0x70, channel } },
      }),
    ),
    pi4,
    {
      severity: "notice",
      rule: "i2c-pull-ups",
      role: "space0",
      found: "the channels of the multiplexer at 0x70 of i2c-1 have no pull-ups of the bus",
      expected: "pull-ups to 3.3 V, on each channel that is used",
    },
  ],
  [
    "a part of which nothing is known",
    [gpio("door", 27, unknownPart())],
    pi4,
    {
      severity: "notice",
      rule: "supply",
      found: "nothing is known of the supply and the levels of mystery",
      fix: "look them up in a drawer before wiring door, and write them into devices/chips/mystery.ts",
    },
  ],
  [
    "a part that no pin of the board can feed",
    [i2c("light", thirsty(1, [9, 12]), 1, 0x10)],
    pi4,
    {
      severity: "warning",
      rule: "supply",
      found: "light (thirsty) wants 9 V to 12 V, which no pin of the board has",
    },
  ],
  [
    "more current at 3.3 V than a Compute Module gives",
    [i2c("light", thirsty(450, [3, 3.6]), 1, 0x10), serial("card", pn532, "/dev/ttyAMA0"), gpio("door", 27)],
    cm4,
    {
      severity: "error",
      rule: "power",
      field: "parts/light",
      found:
        "parts at 3.3 V draw up to 600.07 mA of 600 mA: light 450 + card 150 + door 0.07 = 600.07 mA; a Raspberry Pi Compute Module 4 gives 600 mA",
      expected: "at most 480 mA, 80 % of what there is",
      fix: "feed some of them from a supply of its own, with the ground of the board: light, card, door",
    },
  ],
  [
    "nearly all current at 5 V",
    [serial("radar", ld2410, "/dev/ttyAMA0"), i2c("light", thirsty(1_200, [5, 5]), 1, 0x10)],
    zero,
    {
      severity: "warning",
      rule: "power",
      found:
        "parts at 5 V draw up to 1400 mA of 1650 mA: radar 200 + light 1200 = 1400 mA; its supply gives 2000 mA − 350 mA for the board − 0 mA for 3.3 V = 1650 mA",
    },
  ],
];

function unknownPart(): Part {
  const { electrical: _, ...rest } = doorSwitch;
  return { ...rest, id: "mystery", datasheet: "a drawer" };
}

describe("the plan of a unit", () => {
  it.each(rows)("tells %s", (_what, parts, board, finding) => {
    const { rule } = finding as { rule: string };
    const findings = findingsOf(parts, board);
    expect(findings.find((one) => one.rule === rule)).toMatchObject(finding);
    for (const { found, expected, fix, field } of findings) {
      expect([found, expected, fix, field].every((words) => words.length > 0)).toBe(true);
      expect(`${found} ${expected} ${fix}`).not.toMatch(/undefined|NaN/);
    }
  });

  it("tells a bus that is asked for more than it carries, with the arithmetic", () => {
    const parts = [i2c("climate", bme280, 1, 0x76), i2c("light", veml7700, 1, 0x10)];
    const { findings, buses } = planOf(parts, pi4, kindOf(parts, milliseconds(1)));
    expect(findings.map(({ rule, role }) => [rule, role])).toEqual([["i2c-bus-time", "climate"]]);
    expect(findings[0]!.found).toContain(arithmeticOf(buses[0]!));
    expect(buses[0]!.share).toBeGreaterThan(0.9);
  });

  it("is tried on every rule", () => {
    // Those of addresses and of bus time have tests of their own.
    const ofI2c = rules.filter((rule) => /^i2c-(address|multiplexer|all-call|bus-time)/.test(rule));
    const tried = rows.map(([, , , finding]) => (finding as { rule: string }).rule);
    expect([...new Set([...tried, ...ofI2c])].sort()).toEqual([...rules].sort());
  });

  it("has nothing against parts that stand well", () => {
    expect(
      findingsOf([
        i2c("climate", bme280, 1, 0x76),
        i2c("gauge", max17048, 1, 0x36),
        serial("radar", ld2410, "/dev/ttyAMA0"),
        serial("meter", sdm230, "/dev/ttyUSB0", { unit: 2, baudRate: 9_600 }),
        serial("charger", evseDin, "/dev/ttyUSB0"),
        serial("outlet", pzem004t, "/dev/serial/by-path/platform-usb-0:1.3", {}),
        gpio("motion", 17, hcSr501),
      ]),
    ).toEqual([]);
  });

  it("has the gravest first", () => {
    const findings = findingsOf([gpio("door", 9), gpio("hatch", 0), gpio("lid", 42)]);
    expect(findings.map(({ severity }) => severity)).toEqual(["error", "warning", "notice"]);
  });

  it("says what config.txt has to say, buses in fast mode included", () => {
    const parts = [
      i2c("climate", bme280, 1, 0x76),
      i2c("light", veml7700, 5, 0x10),
      serial("radar", ld2410, "/dev/ttyAMA3"),
    ];
    expect(planOf(parts, pi4, kindOf(parts)).configTxt).toEqual([
      "dtparam=i2c_arm=on",
      "dtoverlay=i2c5",
      "dtoverlay=uart3",
    ]);
    expect(planOf(parts, pi4, { ...kindOf(parts), fastBuses: [1, 5] }).configTxt).toEqual([
      "dtparam=i2c_arm=on,i2c_arm_baudrate=400000",
      "dtoverlay=i2c5,baudrate=400000",
      "dtoverlay=uart3",
    ]);
  });

  it("shows who uses which pin, and what feeds whom", () => {
    const parts = [
      gpio("motion", 17, hcSr501),
      i2c("climate", bme280, 1, 0x76),
      i2c("gauge", max17048, 1, 0x36),
    ];
    const { pins, rails } = planOf(parts, pi4, kindOf(parts));
    expect(pins).toEqual([
      { line: 2, use: "I2C1" },
      { line: 3, use: "I2C1" },
      { line: 17, use: "motion" },
    ]);
    expect(rails.map(({ volts, roles, usedMa, availableMa }) => [volts, roles, usedMa, availableMa])).toEqual(
      [
        [3.3, ["climate"], 0.71, 500],
        // 3.3 V is made from 5 V: 3000 - 600 - 0.71.
        [5, ["motion"], 0.05, 2_399.29],
      ],
    );
  });
});

const kinds = Object.values(catalogue).flatMap((declaration) => {
  const { size } = declaration;
  const counts = size ? [...new Set([size.min, size.preset, size.max])] : [undefined];
  return counts.map((count) => ({ kind: declaration.kind, count, declaration: sized(declaration, count) }));
});

describe.each(kinds)("a $kind of size $count at the factory's places", ({ declaration }) => {
  const rolesOf = (withOptional: boolean): Fitted[] =>
    Object.entries(declaration.roles).flatMap(([role, { accepts, place, optional }]) =>
      optional && !withOptional ? [] : [{ role, part: accepts[0], place }],
    );
  const errorsOf = (parts: readonly Fitted[], board: Board) =>
    planOf(parts, board, declaration).findings.filter(({ severity }) => severity === "error");

  it("has no errors", () => expect(errorsOf(rolesOf(false), pi4)).toEqual([]));

  // A rangefinder at each of twelve spaces is more than the recommended supply of 3 A feeds.
  it("has none with everything that is optional, fed by 5 A", () =>
    expect(errorsOf(rolesOf(true), { ...pi4, supplyMa: 5_000 })).toEqual([]));
});

it("every part of the catalogue says what it asks of its supply", () => {
  const parts = kinds.flatMap(({ declaration }) =>
    Object.values(declaration.roles).flatMap(({ accepts }) => accepts as readonly Part[]),
  );
  expect(parts.length).toBeGreaterThan(0);
  expect(parts.filter(({ electrical }) => !electrical).map(({ id }) => id)).toEqual([]);
});
