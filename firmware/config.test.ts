import * as Type from "@sinclair/typebox";
import { describe, expect, it } from "vitest";
import { floor } from "#devices/furniture/floor.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { type Furniture, factorySettings } from "#devices/furniture/vocabulary.ts";
import { readUnitConfig } from "./config.ts";
import { DocumentError, readDocument } from "./document.ts";

const head = `unit: lamp-7
site: harbour
kind: streetlight
location: { latitude: 45.65, longitude: 13.77, timeZone: Europe/Rome }
broker: { url: "mqtts://broker.city:8883" }
`;

const read = (text: string, declaration: Furniture = streetlight) =>
  readUnitConfig(text, "unit.yaml", declaration);

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
  return [];
}

const problems = (text: string, declaration?: Furniture) => problemsOf(() => read(text, declaration));

describe("a unit's configuration", () => {
  it("takes from the factory what it does not say", () => {
    const config = read(head);
    expect(config.settings).toEqual(factorySettings(streetlight));
    expect(Object.keys(config.parts)).toEqual(Object.keys(streetlight.roles));
    expect(config.parts.light).toMatchObject({
      part: { id: "veml7700" },
      place: { kind: "i2c", bus: 1, address: 0x10 },
    });
    expect(config.receipts).toBe("puback");
  });

  it("takes hexadecimal addresses, other buses, lines and paths, and leaves out a role without a part", () => {
    const { parts } = read(`${head}parts:
  climate: { bus: 3, address: 0x77 }
  motion: { offset: 22 }
  radar: { path: /dev/ttyUSB0 }
  meter: { unit: 2 }
  tilt: none
`);
    expect(parts.climate!.place).toEqual({ kind: "i2c", bus: 3, address: 119 });
    expect(parts.motion!.place).toEqual({ kind: "gpio", chip: "pinctrl-bcm2711", offset: 22 });
    expect(parts.radar!.place).toEqual({ kind: "serial", path: "/dev/ttyUSB0" });
    expect(parts.meter!.place).toEqual({ kind: "serial", path: "/dev/ttyAMA3", unit: 2 });
    expect(parts).not.toHaveProperty("tilt");
  });

  describe("whose parts are streamed", () => {
    const strip = head.replace("streetlight", "floor");
    const moved = (tiles: number) =>
      Array.from({ length: tiles }, (_, index) => {
        const way = `behind: { address: 0x70, channel: ${index >> 2} }`;
        return `  tile${index + 1}: { bus: 3, address: ${0x48 + (index % 4)}, ${way} }\n`;
      }).join("");

    it("has as many of them as the factory's buses carry", () => {
      expect(problems(`${strip}tiles: 16\n`, floor)).toEqual([]);
    });

    it("is refused when a bus is asked for more than it carries, with the arithmetic", () => {
      expect(problems(`${strip}tiles: 8\nparts:\n${moved(8)}`, floor)).toEqual([
        "line 15: parts/tile8/bus i2c-3 is asked for 310 %: " +
          "tile1, tile2, tile3, tile4, tile5, tile6, tile7, tile8: 664000 bits at 400 kHz = 1660 ms, " +
          "+ 24000 transfers × 0.06 ms = 1440 ms, in all 3100 ms of every second; expected at most 90 %",
      ]);
    });

    it("is refused when another part is on their bus", () => {
      expect(problems(`${strip}parts:\n  climate: { bus: 4 }\n`, floor)).toEqual([
        "line 7: parts/climate/bus is on i2c-4, on which tile5 is streamed; expected another bus than 3, 4",
      ]);
    });
  });

  describe("of a kind that comes in sizes", () => {
    const { tilt } = streetlight.roles;
    const of = (count: number): Furniture => {
      const places = Array.from({ length: count }, (_, index) => [
        `tilt${index + 1}`,
        { ...tilt!, place: { kind: "i2c", bus: index + 1, address: 0x19 } },
      ]);
      const card = { ...tilt!, optional: true, place: { kind: "i2c", bus: 9, address: 0x19 } } as const;
      return { ...streetlight, roles: { ...streetlight.roles, ...Object.fromEntries(places), card } };
    };
    const kind: Furniture = {
      ...of(2),
      size: { name: "tilts", title: "Tilt sensors", min: 1, max: 4, preset: 2, of },
    };
    const tilts = (text: string) =>
      Object.keys(read(text, kind).parts).filter((role) => /^tilt\d|card/.test(role));

    it("has as many as it asks for, or the usual number, and remembers how many", () => {
      expect(tilts(head)).toEqual(["tilt1", "tilt2"]);
      expect(tilts(`${head}tilts: 4\n`)).toEqual(["tilt1", "tilt2", "tilt3", "tilt4"]);
      expect(read(`${head}tilts: 4\n`, kind).size).toBe(4);
      expect(read(head).size).toBeUndefined();
    });

    it("may name the parts of its size, and no others", () => {
      const third = "parts: { tilt3: { bus: 7 } }\n";
      expect(problems(`${head}tilts: 3\n${third}`, kind)).toEqual([]);
      expect(problems(`${head}tilts: 2\n${third}`, kind)[0]).toContain("parts/tilt3 is not known");
    });

    it.each([
      ["0", "tilts is 0; expected at least 1"],
      ["5", "tilts is 5; expected at most 4"],
      ["two", 'tilts is "two"; expected a whole number'],
    ])("is refused with %s of them", (asked, words) => {
      expect(problems(`${head}tilts: ${asked}\n`, kind)).toEqual([`line 6: ${words}`]);
    });

    it("is refused a size where the kind has none", () => {
      expect(problems(`${head}tilts: 2\n`)[0]).toContain("tilts is not known");
    });

    it("has a part that is optional only when the file names it", () => {
      expect(tilts(`${head}parts: { card: {} }\n`)).toEqual(["tilt1", "tilt2", "card"]);
    });
  });

  it("takes parts behind multiplexers, at equal addresses too", () => {
    const { parts } = read(`${head}parts:
  lamp: { behind: { address: 0x70, channel: 2 } }
  supply: { address: 0x40, behind: { address: 0x70, channel: 3 } }
`);
    expect(parts.lamp!.place).toMatchObject({ address: 0x40, behind: { address: 0x70, channel: 2 } });
    expect(parts.supply!.place).toMatchObject({ address: 0x40, behind: { address: 0x70, channel: 3 } });
  });

  describe("with several parts on one line", () => {
    const { meter } = streetlight.roles;
    const declaration: Furniture = { ...streetlight, roles: { ...streetlight.roles, other: meter! } };

    it("takes those that are a unit of their own, at one speed", () => {
      const { parts } = read(`${head}parts:\n  other: { unit: 7, baudRate: 9600 }\n`, declaration);
      const { path } = parts.meter!.place as { path: string };
      expect(parts.other!.place).toEqual({ kind: "serial", path, unit: 7, baudRate: 9_600 });
    });

    it("refuses one that its line's speed is noise to", () => {
      expect(problems(`${head}parts:\n  other: { unit: 7, baudRate: 19200 }\n`, declaration)).toEqual([
        "line 7: parts/other/baudRate clashes: other (pzem004t) is at 19200 baud 8N1 on /dev/ttyAMA3, where meter is at 9600 baud 8N1; expected one speed on one line",
      ]);
    });

    it("refuses two units of one address, though one leaves it to the factory", () => {
      expect(problems(`${head}parts:\n  other: { unit: 1 }\n`, declaration)).toEqual([
        "line 7: parts/other/unit clashes: other (pzem004t) is unit 1 on /dev/ttyAMA3, and so is meter; expected one part per address of a line",
      ]);
    });
  });

  it("takes JSON, and settings that differ from the kind's", () => {
    const config = read(
      JSON.stringify({
        unit: "lamp-7",
        site: "harbour",
        kind: "streetlight",
        location: { latitude: -33.9, longitude: 18.4, timeZone: "Africa/Johannesburg" },
        broker: { url: "mqtt://127.0.0.1:1883" },
        settings: { holdTime: 90 },
        receipts: "end-to-end",
      }),
    );
    expect(config.settings).toEqual({ ...factorySettings(streetlight), holdTime: 90 });
    expect(config.receipts).toBe("end-to-end");
  });

  it("tells all that is wrong at once, each with its line", () => {
    const text = `unit: Lamp 7
site: harbour
kind: streetlight
location:
  latitude: 95
  longitude: 13.77
  timeZone: Europe/Trieste
parts:
  climate:
    address: 0x50
  light: { path: /dev/ttyUSB0 }
  radar: off
  motion:
    part: ld2410
  bench:
    bus: 1
settings:
  profile:
    - { from: sunset, level: 60 }
    - { from: "25:00", level: 40 }
colour: green
`;
    expect(problems(text)).toEqual([
      "line 1: broker is missing; expected a value",
      'line 1: unit is "Lamp 7"; expected 1 to 32 of a-z, 0-9 and hyphen',
      "line 5: location/latitude is 95; expected at most 90",
      'line 7: location/timeZone is "Europe/Trieste"; expected an IANA name such as Europe/Rome',
      "line 10: parts/climate/address is 0x50; expected 0x76 or 0x77",
      "line 11: parts/light/path does not fit a part on i2c; expected bus, address and behind",
      'line 12: parts/radar is "off"; expected an object or "none"',
      'line 14: parts/motion/part is "ld2410"; expected hc-sr501',
      `line 15: parts/bench is not known; expected one of ${Object.keys(streetlight.roles).join(", ")}`,
      'line 20: settings/profile/1/from is "25:00"; expected local time 22:30, or sunset, sunrise, sunset+00:30',
      expect.stringMatching(/^line 21: colour is not known; expected one of unit, site, kind,/),
    ]);
  });

  it("names the file in the error's message", () => {
    expect(() => read("unit: x")).toThrow(/^unit\.yaml cannot be used:\n {2}line 1: /);
  });

  it.each<[string, string, string]>([
    ["another kind", head.replace("streetlight", "tile"), 'line 3: kind is "tile"; expected "streetlight"'],
    [
      "an http broker",
      head.replace("mqtts", "http"),
      'line 5: broker/url is "http://broker.city:8883"; expected mqtt://host:1883 or mqtts://host:8883',
    ],
    [
      "an address beyond seven bits",
      `${head}parts:\n  lamp: { address: 0x140 }\n`,
      "line 7: parts/lamp/address is 0x140; expected 0x40 or 0x41 or 0x42 or 0x43 or 0x44 or 0x45 or 0x46 or 0x47",
    ],
    [
      "an address that is no number",
      `${head}parts:\n  lamp: { address: "0x40" }\n`,
      'line 7: parts/lamp/address is "0x40"; expected a whole number',
    ],
    [
      "a relative path",
      `${head}parts:\n  radar: { path: ttyUSB0 }\n`,
      'line 7: parts/radar/path is "ttyUSB0"; expected an absolute path such as /dev/ttyAMA0',
    ],
    [
      "an I2C key for a GPIO part",
      `${head}parts:\n  door: { address: 0x40 }\n`,
      "line 7: parts/door/address does not fit a part on gpio; expected chip and offset",
    ],
    [
      "two parts at one address",
      `${head}parts:\n  supply: { address: 0x40 }\n`,
      "line 7: parts/supply/address clashes: supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685) does too; expected one answer at an address",
    ],
    [
      "two parts behind one channel",
      `${head}parts:
  lamp: { behind: { address: 0x70, channel: 2 } }
  supply: { address: 0x40, behind: { address: 0x70, channel: 2 } }
`,
      "line 8: parts/supply/address clashes: supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685) does too; expected one answer at an address",
    ],
    [
      "a part behind a multiplexer at the address of one before it",
      `${head}parts:\n  supply: { address: 0x40, behind: { address: 0x70, channel: 2 } }\n`,
      "line 7: parts/supply/address clashes: supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685) does too; expected one answer at an address",
    ],
    [
      "a part at the address of a multiplexer",
      `${head}parts:\n  supply: { behind: { address: 0x76, channel: 2 } }\n`,
      "line 7: parts/supply/behind/address clashes: the multiplexer before supply (tca9548a) answers at 0x76 of i2c-1, where climate (bme280) does too; expected one answer at an address",
    ],
    [
      "a part at the address of the multiplexer before it",
      `${head}parts:\n  climate: { behind: { address: 0x76, channel: 2 } }\n`,
      "line 7: parts/climate/address clashes: climate (bme280) answers at 0x76 of i2c-1, where the multiplexer before climate (tca9548a) does too; expected one answer at an address",
    ],
    [
      "a multiplexer at an address that it cannot have",
      `${head}parts:\n  climate: { behind: { address: 0x60, channel: 2 } }\n`,
      "line 7: parts/climate/behind/address is 0x60; expected 0x70 or 0x71 or 0x72 or 0x73 or 0x74 or 0x75 or 0x76 or 0x77",
    ],
    [
      "a ninth channel",
      `${head}parts:\n  climate: { behind: { address: 0x70, channel: 8 } }\n`,
      "line 7: parts/climate/behind/channel is 8; expected at most 7",
    ],
    [
      "a multiplexer without a channel",
      `${head}parts:\n  climate: { behind: { address: 0x70 } }\n`,
      "line 7: parts/climate/behind/channel is missing; expected a value",
    ],
    [
      "two parts on one line",
      `${head}parts:\n  door: { offset: 17 }\n`,
      "line 7: parts/door/offset clashes: door is at GPIO 17, which motion uses; expected one use of a line",
    ],
    [
      "two parts on one cable",
      `${head}parts:\n  meter: { path: /dev/ttyAMA0 }\n`,
      "line 7: parts/meter/path clashes: meter (pzem004t) is on /dev/ttyAMA0, where radar (ld2410) is; expected a line of its own for radar: ld2410 has no address",
    ],
    [
      "a part on a line that is another's alone",
      `${head}parts:\n  meter: { path: /dev/ttyAMA0, unit: 2 }\n`,
      "line 7: parts/meter/path clashes: meter (pzem004t) is on /dev/ttyAMA0, where radar (ld2410) is; expected a line of its own for radar: ld2410 has no address",
    ],
    [
      "a speed that no part has",
      `${head}parts:\n  meter: { baudRate: 9601 }\n`,
      expect.stringMatching(
        /^line 7: parts\/meter\/baudRate is 9601; expected one of 1200, 2400, 4800, 9600, /,
      ),
    ],
    [
      "a speed for a part that is on no line",
      `${head}parts:\n  door: { baudRate: 9600 }\n`,
      "line 7: parts/door/baudRate does not fit a part on gpio; expected chip and offset",
    ],
    [
      "an unknown setting",
      `${head}settings:\n  hold: 5\n`,
      expect.stringMatching(/^line 7: settings\/hold is not known; expected one of profile, /),
    ],
    [
      "a setting out of range",
      `${head}settings:\n  holdTime: 4\n`,
      "line 7: settings/holdTime is 4; expected at least 5",
    ],
    [
      "an unknown receipt",
      `${head}receipts: never\n`,
      'line 6: receipts is "never"; expected one of puback, end-to-end',
    ],
    ["a list instead of parts", `${head}parts:\n  - lamp\n`, 'line 6: parts is ["lamp"]; expected an object'],
    [
      "no time zone, once",
      head.replace("Europe/Rome", '""'),
      'line 4: location/timeZone is ""; expected at least 1 character',
    ],
    ["an empty file", "", "line 1: the file is null; expected an object"],
    [
      "hostile names",
      `${head}parts:\n  __proto__: { part: x }\n`,
      expect.stringMatching(/^line 7: parts\/__proto__ is not known/),
    ],
  ])("refuses %s", (_, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  describe("where a role takes parts on different ports", () => {
    const { light, radar } = streetlight.roles;
    const declaration: Furniture = {
      ...streetlight,
      roles: { ...streetlight.roles, light: { ...light!, accepts: [light!.accepts[0], radar!.accepts[0]] } },
    };

    it("takes the other part at the place that was given, and nothing of the factory's", () => {
      const { parts } = read(`${head}parts:\n  light: { part: ld2410, path: /dev/ttyUSB1 }\n`, declaration);
      expect(parts.light).toMatchObject({ part: { id: "ld2410" } });
      expect(parts.light!.place).toEqual({ kind: "serial", path: "/dev/ttyUSB1" });
    });

    it("asks for the place when the factory's is on another port", () => {
      expect(problems(`${head}parts:\n  light:\n    part: ld2410\n`, declaration)).toEqual([
        "line 7: parts/light/path is missing; expected a value",
      ]);
      expect(
        problems(`${head}parts:\n  light: { part: ld2410, bus: 1, path: /dev/x }\n`, declaration),
      ).toEqual(["line 7: parts/light/bus does not fit a part on serial; expected path, unit and baudRate"]);
    });
  });
});

describe("a document", () => {
  const schema = Type.Object({ a: Type.Object({ b: Type.Array(Type.Number()) }) });
  const faults = (text: string) => problemsOf(() => readDocument(text, "x.yaml", schema));

  it("tells the line of what is no YAML at all", () => {
    expect(faults('a:\n  b: [1, 2\nc: "open\n')[0]).toMatch(/^line [34]: .+; expected YAML$/);
    expect(faults("a: 1\na: 2\n")).toEqual([expect.stringMatching(/^line 2: .*unique.*; expected YAML$/)]);
  });

  it("tells the line of a value inside a list, whatever way it is written", () => {
    expect(faults("a:\n  b:\n    - 1\n    - x\n")).toEqual(['line 4: a/b/1 is "x"; expected a number']);
    expect(faults("a: { b: [1,\n  2,\n  x] }\n")).toEqual(['line 3: a/b/2 is "x"; expected a number']);
  });

  it("tells the key's line where something inside is missing", () => {
    expect(faults("# first\na:\n\n  c: 1\n")).toEqual(["line 2: a/b is missing; expected a value"]);
  });

  it("hands on what fits, and lets its reader demand more", () => {
    const { value, demand } = readDocument<{ a: { b: number[] } }>("a:\n  b: [1, 2]\n", "x.yaml", schema);
    expect(value).toEqual({ a: { b: [1, 2] } });
    expect(() => demand([])).not.toThrow();
    expect(() => demand([{ field: "a/b", problem: "falls", expected: "a rise" }])).toThrow(
      "x.yaml cannot be used:\n  line 2: a/b falls; expected a rise",
    );
  });
});
