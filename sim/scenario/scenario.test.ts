import { describe, expect, it } from "vitest";
import { DocumentError } from "#firmware/document.ts";
import { modelsOf } from "../kinds/index.ts";
import { knownPaths } from "./expectations.ts";
import { inventory, readScenario } from "./scenario.ts";

const lightsOnly = [...(await modelsOf(["streetlight"])).values()];

const lines = [
  "scenario: small", // 1
  "title: Small", // 2
  "seed: 1", // 3
  "start: 2025-12-21 17:00", // 4
  "duration: 2 h", // 5
  "location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }", // 6
  "street: { furniture: [{ kind: streetlight, units: 2, spacing: 30 }] }", // 7
];

/** The small scenario with lines replaced by their key, and others after it from line 8 on. */
function text(replaced: Readonly<Record<string, string>> = {}, ...more: readonly string[]): string {
  const line = (original: string) => replaced[original.slice(0, original.indexOf(":"))] ?? original;
  return [...lines.map(line), ...more].join("\n");
}

async function problems(source: string): Promise<readonly string[]> {
  try {
    await readScenario(source, "small.yaml");
  } catch (error) {
    if (error instanceof DocumentError) return error.problems;
    throw error;
  }
  return [];
}

const fault = (entry: string) => problems(text({}, "faults:", `  - { ${entry} }`));

describe("a scenario", () => {
  it("offers what may be done to it while one walks through it", async () => {
    const offer = "  - { title: Unplug a lamp, fault: unplug, unit: lamp-01, role: lamp }";
    const { offers, faults } = await readScenario(text({}, "offer:", offer), "small.yaml");
    expect(faults).toEqual([]);
    expect(offers).toMatchObject([
      { title: "Unplug a lamp", fault: { verb: "unplug", unit: "lamp-01", role: "lamp" } },
    ]);
    const refused = (entry: string) => problems(text({}, "offer:", `  - { title: No, ${entry} }`));
    expect(await refused("fault: unplug, unit: lamp-09, role: lamp")).toEqual([
      'line 9: offer/0/unit is "lamp-09"; expected one of lamp-01, lamp-02',
    ]);
    expect(await refused("fault: nosuch")).toEqual([
      expect.stringMatching(/^line 9: offer\/0\/fault is "nosuch"; expected one of /),
    ]);
  });

  it("is read with its units, faults and expectations", async () => {
    const scenario = await readScenario(
      text(
        {},
        "faults:",
        '  - { at: "17:30", every: 30 min, unit: lamp-02, fault: kill }',
        "expect:",
        "  records.lost: { max: 0 }",
      ),
      "small.yaml",
    );
    expect(inventory(scenario)).toBe("2 lights");
    expect(scenario.startUnixMs).toBe(Date.parse("2025-12-21T17:00+01:00"));
    expect(scenario.durationMs).toBe(7_200_000);
    expect(scenario.units.map(({ xM }) => xM)).toEqual([15, 45]);
    expect(scenario.units.map(({ config }) => config.settings.neighbours)).toEqual([
      ["lamp-02"],
      ["lamp-01"],
    ]);
    expect(scenario.faults.map(({ atMs }) => (atMs - scenario.startUnixMs) / 60_000)).toEqual([30, 60, 90]);
    expect(scenario.expectations).toEqual([{ path: "records.lost", max: 0 }]);
  });

  it.each([
    [
      "start",
      "start: 2025-02-30 17:00",
      'line 4: start is "2025-02-30 17:00"; expected a date of the calendar',
    ],
    ["duration", "duration: 0 s", 'line 5: duration is "0 s"; expected more than 0'],
    [
      "duration",
      "duration: 2 hours",
      'line 5: duration is "2 hours"; expected such as 45 s, 10 min, 2 h or 7 d',
    ],
    [
      "location",
      "location: { latitude: 45, longitude: 7, timeZone: Europe/Roma }",
      'line 6: location/timeZone is "Europe/Roma"; expected an IANA name such as Europe/Rome',
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, units: 1000, spacing: 30 }] }",
      "line 7: street/furniture/0/spacing makes a row of 30000 m; expected at most 10000 m",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, units: 1, spacing: 30, settings: { minimumLevel: 0 } }] }",
      "line 7: street/furniture/0/settings/minimumLevel is 0; expected at least 1",
    ],
    [
      "street",
      "street: { length: 50, furniture: [{ kind: streetlight, units: 2, spacing: 30 }] }",
      "line 7: street/furniture/0/spacing makes a row of 60 m; expected at most 50 m",
    ],
    [
      "street",
      "street: { length: 50, furniture: [{ kind: streetlight, at: [20, 51] }] }",
      "line 7: street/furniture/0/at has 51; expected places within 0 to 50 m",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, at: [20, 30, 20] }] }",
      "line 7: street/furniture/0/at puts a streetlight at 20 m and one at 20 m; expected one at a place",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight }] }",
      "line 7: street/furniture/0 is nowhere; expected either `units` and `spacing`, or `at`",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, units: 2, at: [5] }] }",
      "line 7: street/furniture/0 is in a row and at places; expected either `units` and `spacing`, or `at`",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, units: 2 }] }",
      "line 7: street/furniture/0/spacing is missing; expected metres between two",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, spacing: 20 }] }",
      "line 7: street/furniture/0/units is missing; expected how many there are",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, at: [20], size: 3 }] }",
      "line 7: street/furniture/0/size is 3; expected none: a streetlight comes in one size",
    ],
    [
      "street",
      "street: { furniture: [{ kind: streetlight, at: [20], with: [horn] }] }",
      "line 7: street/furniture/0/with has horn; expected nothing: no role here is optional",
    ],
  ])("with a wrong %s is refused: %s", async (key, line, problem) => {
    expect(await problems(text({ [key]: line }))).toEqual([problem]);
  });

  it("has units in rows and at places, numbered by kind, each with those beside it", async () => {
    const scenario = await readScenario(
      text({
        street:
          "street: { furniture: [{ kind: streetlight, at: [100, 5] }, { kind: streetlight, units: 2, spacing: 30 }] }",
      }),
      "small.yaml",
    );
    const stands = scenario.units.map(({ config, xM }) => [config.unit, xM, config.settings.neighbours]);
    expect(stands).toEqual([
      ["lamp-01", 100, ["lamp-04"]],
      ["lamp-02", 5, ["lamp-03"]],
      ["lamp-03", 15, ["lamp-02", "lamp-04"]],
      ["lamp-04", 45, ["lamp-03", "lamp-01"]],
    ]);
    expect(scenario.lengthM).toBe(110);
  });

  it("of an unknown kind is refused with the kinds there are", async () => {
    const [problem] = await problems(
      text({ street: "street: { furniture: [{ kind: lighthouse, units: 1, spacing: 30 }] }" }),
    );
    expect(problem).toMatch(/^line 7: street\/furniture\/0\/kind is "lighthouse"; expected .*streetlight/);
  });

  it("names all that is wrong at once, in the order of the file", async () => {
    const found = await problems(
      text(
        {
          street:
            "street: { furniture: [{ kind: streetlight, units: 2, spacing: 30, settings: { holdTime: 1 } }] }",
        },
        "faults:",
        '  - { at: "17:30", unit: lamp-09, role: light, fault: unplug }',
        '  - { at: "17:30", unit: lamp-01, role: nose, fault: stick }',
        "expect:",
        "  records.lots: { max: 0 }",
      ),
    );
    expect(found.map((problem) => problem.slice(0, problem.indexOf(";")))).toEqual([
      "line 7: street/furniture/0/settings/holdTime is 1",
      'line 9: faults/0/unit is "lamp-09"',
      'line 10: faults/1/role is "nose"',
      "line 12: expect/records.lots is not in the summary",
    ]);
  });

  it("is refused when it is no YAML, with the line", async () => {
    expect((await problems("scenario: small\ntitle: ["))[0]).toMatch(/^line 2: .*expected YAML$/);
  });
});

describe("a fault is refused", () => {
  it.each([
    [
      'at: "17:30", fault: explode',
      /^line 9: faults\/0\/fault is "explode"; expected one of unplug, stick, drift, /,
    ],
    ['at: "17:30", fault: kill', /unit is missing; expected lamp-01, lamp-02$/],
    ['at: "17:30", unit: lamp-01, fault: unplug', /role is missing; expected clock, lamp, light, /],
    [
      'at: "17:30", unit: lamp-01, role: light, fault: drift, by: 1',
      /channel is missing; expected illuminance/,
    ],
    [
      'at: "17:30", unit: lamp-01, role: light, channel: illuminance, fault: drift',
      /by is missing; expected a number/,
    ],
    [
      'at: "17:30", unit: lamp-01, role: light, channel: smell, fault: stick',
      /channel is "smell"; expected one of/,
    ],
    ['at: "17:30", unit: lamp-01, fault: broker-away', /unit is of no use to broker-away; expected for$/],
    [
      'at: "17:30", unit: lamp-01, role: light, by: 3, fault: unplug',
      /by is of no use to unplug; expected unit/,
    ],
    [
      'at: "17:30", for: 5 min, unit: lamp-01, role: light, fault: brown-out',
      /for is of no use to brown-out/,
    ],
    ['at: "17:30", unit: lamp-01, role: light, fault: silence', /role is "light"; expected one of meter$/],
    [
      'at: "17:30", unit: lamp-01, role: meter, fault: hold-bus',
      /role is "meter"; expected one of clock, lamp, /,
    ],
    [
      'at: "17:30", unit: lamp-01, role: light, by: 1, fault: short',
      /role is "light"; expected one of motion, door$/,
    ],
    [
      'at: "17:30", unit: lamp-01, role: door, by: 2, fault: short',
      /by is 2; expected a number from 0 to 1$/,
    ],
    ['at: "17:30", unit: lamp-01, role: door, fault: short', /by is missing; expected a number from 0 to 1$/],
    ['at: "17:30", unit: lamp-01, role: light, fault: lose-battery', /expected one of clock$/],
    ['at: "17:30", unit: lamp-01, role: light, fault: garbage', /expected one of radar, meter$/],
    ['at: "17:30", fault: drop-puback', /count is missing/],
    ['at: "17:30", unit: lamp-01, fault: mains-outage', /unit is of no use to mains-outage; expected for$/],
    ['at: "17:30", unit: lamp-01, role: meter, fault: corrupt-crc', /count is missing; expected a number/],
    ['at: "19:00", fault: broker-away', /at is "19:00"; expected a time between the start and the end/],
    ['at: "2025-12-20 17:30", fault: broker-away', /expected a time between the start and the end/],
    ['at: "2025-02-30 17:30", fault: broker-away', /expected a date of the calendar/],
    [
      'at: "17:30", every: 5 min, for: 5 min, fault: broker-away',
      /every is "5 min"; expected longer than 5 min/,
    ],
    ['at: "17:30", every: 5 min, fault: broker-away', /every is "5 min"; expected `for` with it/],
  ])("%s", async (entry, problem) => {
    const found = await fault(entry);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });

  it.each([
    ["unit: lamp-01, role: light", "unplug", "stick"],
    ["unit: lamp-01", "kill", "kill"],
  ])("while another lasts at the same place: %s", async (where, first, second) => {
    const found = await problems(
      text(
        {},
        "faults:",
        `  - { at: "17:30", for: 30 min, ${where}, fault: ${first} }`,
        `  - { at: "17:59", for: 1 min, ${where}, fault: ${second} }`,
      ),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      /^line 10: faults\/1\/at begins while entry 1 of faults lasts; expected one at a time/,
    );
  });

  it("but not when it follows, is elsewhere, or is over at once", async () => {
    const entries = [
      'at: "17:30", for: 30 min, unit: lamp-01, role: clock, fault: lose-battery',
      'at: "17:40", unit: lamp-01, role: clock, fault: brown-out',
      'at: "17:40", for: 1 min, unit: lamp-02, role: clock, fault: unplug',
      'at: "18:00", for: 1 min, unit: lamp-01, role: clock, fault: unplug',
    ];
    expect(await problems(text({}, "faults:", ...entries.map((entry) => `  - { ${entry} }`)))).toEqual([]);
  });
});

describe("an expectation is refused", () => {
  it.each([
    ["lost: { max: 0 }", `expected one of ${knownPaths(lightsOnly).join(", ")}`],
    ["wallSeconds: { max: 60 }", "is not in the summary"],
    ["streetlight.minutesAtLevel.35: { max: 60 }", "is not in the summary"],
    ["records.lost: {}", "expect/records.lost has no bound; expected min, max or both"],
    ["records.lost: { min: 2, max: 1 }", "has min 2 and max 1; expected min not above max"],
    ["records.lost: { most: 1 }", "most is not known"],
  ])("%s", async (entry, problem) => {
    const found = await problems(text({}, "expect:", `  ${entry}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
    expect(found[0]).toMatch(/^line 9: /);
  });
});
