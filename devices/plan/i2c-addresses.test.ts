import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { bme280 } from "../chips/bme280.ts";
import { ina226 } from "../chips/ina226.ts";
import { ina3221 } from "../chips/ina3221.ts";
import { lp5024 } from "../chips/lp5024.ts";
import { pca9685 } from "../chips/pca9685.ts";
import { tca9548a } from "../chips/tca9548a.ts";
import { veml7700 } from "../chips/veml7700.ts";
import type { Part } from "../part.ts";
import type { MultiplexerChannel } from "../ports/i2c.ts";
import { addressFindings } from "./i2c-addresses.ts";
import type { Fitted } from "./wiring.ts";

const at = (role: string, part: Part, address: number, behind?: MultiplexerChannel): Fitted => ({
  role,
  part,
  place: { kind: "i2c", bus: 1, address, ...(behind ? { behind } : {}) },
});

/** The parts as they would stand if what a fix says were written into the configuration. */
function followed(parts: readonly Fitted[], fix: string): Fitted[] {
  const moves = parse(/parts: (\{.*\})$/.exec(fix)?.[1] ?? "") as Record<string, object>;
  return parts.map((fitted) => ({ ...fitted, place: { ...fitted.place, ...moves[fitted.role] } }) as Fitted);
}

const rows: readonly (readonly [what: string, parts: Fitted[], finding: object])[] = [
  [
    "an INA226 and a PCA9685 at 0x40",
    [at("lamp", pca9685, 0x40), at("supply", ina226, 0x40)],
    {
      severity: "error",
      rule: "i2c-address-clash",
      role: "supply",
      field: "parts/supply/address",
      found: "supply (ina226) answers at 0x40 of i2c-1, where lamp (pca9685) does too",
      fix: "strap supply (ina226) to 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f; parts: { supply: { address: 0x41 } }",
    },
  ],
  [
    "a part with one address beside a part that can move",
    [at("mux", tca9548a, 0x76), at("climate", bme280, 0x76), at("air", bme280, 0x77)],
    {
      rule: "i2c-address-clash",
      role: "climate",
      fix: "strap mux (tca9548a) to 0x70, 0x71, 0x72, 0x73, 0x74, 0x75; parts: { mux: { address: 0x70 } }",
    },
  ],
  [
    "two VEML7700, which have no other address",
    [at("light", veml7700, 0x10), at("road", veml7700, 0x10)],
    {
      rule: "i2c-multiplexer-needed",
      role: "road",
      fix: "put a multiplexer (tca9548a) between; parts: { road: { behind: { address: 0x70, channel: 0 } }, light: { behind: { address: 0x70, channel: 1 } } }",
    },
  ],
  [
    "two at one channel of a multiplexer that is there",
    [
      at("mux", tca9548a, 0x71),
      at("light", veml7700, 0x10, { address: 0x71, channel: 0 }),
      at("road", veml7700, 0x10, { address: 0x71, channel: 0 }),
    ],
    {
      rule: "i2c-multiplexer-needed",
      role: "road",
      fix: "put a multiplexer (tca9548a) between; parts: { road: { behind: { address: 0x71, channel: 1 } } }",
    },
  ],
  [
    "a PCA9685, which answers at 0x70 to LED All Call, and a TCA9548A at 0x70",
    [at("mux", tca9548a, 0x70), at("lamp", pca9685, 0x40)],
    {
      severity: "error",
      rule: "i2c-all-call-clash",
      role: "mux",
      field: "parts/mux/address",
      found: "mux (tca9548a) answers at 0x70 of i2c-1, where lamp (pca9685) answers to its all-call",
      fix: "strap mux (tca9548a) to 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77; parts: { mux: { address: 0x71 } }",
    },
  ],
  [
    "a multiplexer that fills no role, at a part's address",
    [
      at("climate", bme280, 0x76),
      at("tile1", ina226, 0x40, { address: 0x76, channel: 0 }),
      at("tile2", ina226, 0x40, { address: 0x76, channel: 1 }),
    ],
    {
      rule: "i2c-address-clash",
      role: "tile1",
      field: "parts/tile1/behind/address",
      found:
        "the multiplexer before tile1 (tca9548a) answers at 0x76 of i2c-1, where climate (bme280) does too",
      fix: "strap the multiplexer before tile1 (tca9548a) to 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x77; parts: { tile1: { behind: { address: 0x70, channel: 0 } }, tile2: { behind: { address: 0x70, channel: 1 } } }",
    },
  ],
  [
    "a part at the address of the multiplexer before it",
    [at("climate", bme280, 0x76, { address: 0x76, channel: 0 })],
    {
      role: "climate",
      field: "parts/climate/address",
      found:
        "climate (bme280) answers at 0x76 of i2c-1, where the multiplexer before climate (tca9548a) does too",
      fix: "strap climate (bme280) to 0x77; parts: { climate: { address: 0x77 } }",
    },
  ],
  [
    "a part whose all-call meets the multiplexer before it",
    [at("lamp", pca9685, 0x41, { address: 0x70, channel: 0 })],
    {
      rule: "i2c-all-call-clash",
      role: "lamp",
      field: "parts/lamp/behind/address",
      fix: "strap the multiplexer before lamp (tca9548a) to 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77; parts: { lamp: { behind: { address: 0x71, channel: 0 } } }",
    },
  ],
  [
    "a part on the bus itself, and the same address behind a multiplexer",
    [at("supply", ina226, 0x40), at("tile1", ina226, 0x40, { address: 0x70, channel: 0 })],
    { rule: "i2c-address-clash", role: "tile1" },
  ],
];

describe("addresses of a bus", () => {
  it.each(rows)("%s: told, and mended by the fix", (_what, parts, finding) => {
    const findings = addressFindings(parts);
    expect(findings[0]).toMatchObject(finding);
    expect(addressFindings(followed(parts, findings[0]!.fix)).map(({ role }) => role)).not.toContain(
      findings[0]!.role,
    );
  });

  it("let parts with the same all-call address, and several behind one multiplexer, be", () => {
    const channel = (number: number) => ({ address: 0x70, channel: number });
    expect(
      addressFindings([
        at("edge1", lp5024, 0x28, channel(0)),
        at("edge2", lp5024, 0x28, channel(1)),
        at("edge3", lp5024, 0x29, channel(1)),
        at("mux", tca9548a, 0x70),
      ]),
    ).toEqual([]);
  });

  it("know buses apart", () => {
    const other: Fitted = { role: "road", part: veml7700, place: { kind: "i2c", bus: 3, address: 0x10 } };
    expect(addressFindings([at("light", veml7700, 0x10), other])).toEqual([]);
  });

  it("are told as many times as parts have to move: fixes, followed one by one, end", () => {
    const choice = fc.tuple(
      fc.constantFrom<Part>(ina226, ina3221, pca9685, bme280, veml7700, lp5024),
      fc.nat(15),
      fc.option(fc.record({ address: fc.constantFrom(0x70, 0x71), channel: fc.nat(7) }), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 10 }), (choices) => {
        let parts = choices.map(([part, index, behind], number) => {
          const addresses = part.connection.kind === "i2c" ? part.connection.addresses : [];
          return at(`role${number}`, part, addresses[index % addresses.length]!, behind);
        });
        for (let step = 0; step < 40; step++) {
          const [first] = addressFindings(parts);
          if (!first) return;
          parts = followed(parts, first.fix);
        }
        expect(addressFindings(parts)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
