import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import type { Connection } from "#devices/part.ts";
import { boards } from "#devices/plan/boards.ts";
import { planOf } from "#devices/plan/plan.ts";
import { partsOf } from "#firmware/config.ts";
import { DocumentError } from "#firmware/document.ts";
import { partRefusals, placeRefusals, type RawPlace } from "#firmware/places.ts";
import { root } from "../root.ts";
import { report } from "./check-report.ts";
import { checkUnit } from "./check-unit.ts";

const head = `unit: lamp-01
site: my-street
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "mqtt://broker.example.org:1883" }
`;

const check = (text: string) => checkUnit(text, "unit.yaml");

describe("check", () => {
  it("has nothing against the example that is deployed", () => {
    const file = join(root, "deploy/unit.yaml");
    const checked = checkUnit(readFileSync(file, "utf8"), file);
    expect(checked.findings).toEqual([]);
    expect(checked.board.id).toBe("raspberry-pi-4");
    expect(report(checked, file)).toContain("└─ 0x77  climate: Bosch Sensortec bme280");
  });

  it("tells a clash at the line of the part that was moved, with the way out", () => {
    const [finding] = check(`${head}parts:
  meter: { path: /dev/ttyUSB0 }
  supply:
    bus: 1
    address: 0x40
`).findings;
    expect(finding).toMatchObject({
      severity: "error",
      rule: "i2c-address-clash",
      line: 10,
      field: "parts/supply/address",
      found: "supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685) does too",
    });
    expect(finding!.fix).toMatch(/parts: \{ supply: \{ address: 0x41 \} \}$/);
  });

  it("tells what the firmware refuses, and plans what can be planned beside it", () => {
    const { findings, plan } = check(
      head.replace("Europe/Rome", "Mars/Olympus").replace("lamp-01", "Lamp 1") +
        "parts: { meter: { path: /dev/ttyUSB0 }, door: { offset: 17 } }\n",
    );
    expect(findings.map(({ rule, line, field }) => [rule, line, field])).toEqual([
      ["configuration", 1, "unit"],
      ["configuration", 4, "location/timeZone"],
      ["gpio-line-clash", 6, "parts/door/offset"],
    ]);
    expect(plan?.wires.map(({ name }) => name)).toContain("i2c-1");
  });

  it("tells an address that the part cannot have, and has no plan then", () => {
    const { findings, plan } = check(`${head}parts: { light: { address: 0x29 } }\n`);
    expect(findings).toEqual([
      {
        severity: "error",
        rule: "configuration",
        line: 6,
        field: "parts/light/address",
        found: "parts/light/address is 0x29",
        expected: "0x10",
        fix: "correct it: 0x10",
      },
    ]);
    expect(plan).toBeUndefined();
  });

  it.each([
    ["nothing", ""],
    ["a list", "- 1\n- 2\n"],
    ["no kind", head.replace("kind: streetlight\n", "")],
    ["an unknown kind", head.replace("streetlight", "lighthouse")],
    ["parts that are a number", `${head}parts: 7\n`],
    ["a part that is a list", `${head}parts: { light: [1] }\n`],
  ])("refuses %s with findings, not with a stack", (_what, text) => {
    const { findings } = check(text);
    expect(findings.map(({ rule }) => rule)).toContain("configuration");
    for (const { line, found } of findings) expect([line > 0, found.length > 0]).toEqual([true, true]);
  });

  it("throws DocumentError for what is no YAML", () => {
    expect(() => check("unit: [")).toThrow(DocumentError);
  });

  it("takes the board whose lines the parts are at, unless it is told", () => {
    const moved = `${head}parts:
  motion: { chip: pinctrl-rp1, offset: 17 }
  door: { chip: pinctrl-rp1, offset: 27 }
  meter: { path: /dev/ttyAMA2 }
`;
    expect(check(moved).board.id).toBe("raspberry-pi-5");
    expect(check(moved).findings.map(({ rule }) => rule)).toEqual(["level"]);
    const onPi4 = checkUnit(moved, "unit.yaml", { board: boards[0] });
    expect(onPi4.findings.map(({ rule }) => rule)).toContain("gpio-chip-absent");
  });

  it("plans for the supply that there is", () => {
    const text = `${head}parts: { meter: { path: /dev/ttyUSB0 } }\n`;
    expect(
      checkUnit(text, "unit.yaml", { supplyMa: 800 }).findings.map(({ rule, severity }) => [rule, severity]),
    ).toEqual([["power", "error"]]);
    expect(checkUnit(text, "unit.yaml", { supplyMa: 900 }).findings).toEqual([]);
  });

  it("finds an error wherever the firmware would refuse to start", () => {
    const given = fc
      .uniqueArray(
        fc.oneof(
          ...Object.entries(streetlight.roles).map(([role, { accepts }]) =>
            placeOn(accepts[0].connection).map((place) => [role, place] as const),
          ),
        ),
        { selector: ([role]) => role, maxLength: 6 },
      )
      .map((entries) => Object.fromEntries(entries));
    let refused = 0;
    fc.assert(
      fc.property(given, (parts) => {
        fc.pre(partRefusals(parts, streetlight).length === 0);
        if (placeRefusals(parts, streetlight).length === 0) return;
        refused++;
        const fitted = Object.entries(partsOf(parts, streetlight)).map(([role, at]) => ({ role, ...at }));
        const { findings } = planOf(fitted, boards[0], streetlight);
        expect(findings.map(({ severity }) => severity)).toContain("error");
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});

/** Places that a part on such a port can have, few enough that they meet. */
function placeOn(connection: Connection): fc.Arbitrary<RawPlace> {
  const any = { requiredKeys: [] };
  const behind = fc.record({ address: fc.constantFrom(0x70, 0x76), channel: fc.nat(1) });
  if (connection.kind === "i2c")
    return fc.record({ address: fc.constantFrom(...connection.addresses), behind }, any);
  if (connection.kind === "gpio") return fc.record({ offset: fc.constantFrom(17, 27) }, any);
  const path = fc.constantFrom("/dev/ttyAMA0", "/dev/ttyUSB0");
  const baudRate = fc.constantFrom(9_600, 256_000);
  return fc.record({ path, unit: fc.constantFrom(1, 2), baudRate }, any);
}
