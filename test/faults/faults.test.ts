/**
 * Bad input, part by part. One unit of each kind of the catalogue stands at work on a bench, in plausible
 * surroundings. Each of its parts then has every fault that its twin and its wires can have (faults.ts): pulled out,
 * frozen, out of range, reset, answering with damaged, partial, merged or interrupted frames, with noise or not at
 * all; another part in its place; its line shorted, its bus held low. While a fault lasts the world around the part
 * moves a little, so that what was read before is no longer so; then it is mended (trial.ts).
 *
 * Nothing here names a kind or a part, but what stands around a unit (around.ts), and the table of faults that cannot
 * be noticed, with the reasons (unnoticed.ts). A rejected promise that nobody handles fails the run: Vitest sees to
 * that. Again, alone: npx vitest run test/faults -t "bench gauge"
 */
import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import type { Place } from "#devices/part.ts";
import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import { lineName } from "#devices/ports/gpio.ts";
import { around } from "./around.ts";
import { faultsOf } from "./faults.ts";
import { Standing } from "./standing.ts";
import { type Trial, tried } from "./trial.ts";
import { type Unnoticed, unnoticed } from "./unnoticed.ts";

const kinds = {
  "no-acknowledge-address": true,
  "no-acknowledge-data": true,
  "arbitration-lost": true,
  bus: true,
  timeout: true,
  checksum: true,
  "wrong-device": true,
  "not-ready": true,
} as const satisfies Record<PortErrorKind, true>;

/** What a person at the cabinet is told to check. */
const advices = Object.keys(kinds).map((kind) => {
  const { message } = new PortError(kind as PortErrorKind, { port: "port", operation: "read" });
  return message.slice(`${kind} on port, read: `.length);
});

const hex = (address: number) => `0x${address.toString(16).padStart(2, "0")}`;

/** How a fault text may name a place: a part behind a multiplexer by that, too. */
function namesOf(place: Place): readonly RegExp[] {
  if (place.kind === "serial") return [new RegExp(`${place.path}\\b`)];
  if (place.kind === "gpio") return [new RegExp(`${lineName(place)}\\b`)];
  const addresses = [place.address, ...(place.behind ? [place.behind.address] : [])];
  return [
    new RegExp(`\\bi2c-${place.bus}, open\\b`),
    ...addresses.map((address) => new RegExp(`\\bi2c-${place.bus}\\b.* ${hex(address)}\\b`)),
  ];
}

const entryOf = (fault: string, part: string) =>
  unnoticed.find(({ faults, parts }) => faults.includes(fault) && (parts?.includes(part) ?? true));

/** What of the table was needed: fault and part. */
const needed = new Set<string>();
const lied = new Set<Unnoticed>();

/** Every fault of a trial is told by all its roles, in words; or the table says why not. */
function expectTold(standing: Standing, fault: string, roles: readonly string[], { unnoticed, told }: Trial) {
  for (const role of roles) {
    const part = standing.twin(role).part.id;
    const entry = entryOf(fault, part);
    expect(unnoticed.includes(role), `${role}: ${entry ? "noticed" : "unnoticed"}`).toBe(entry !== undefined);
    if (entry) needed.add(`${fault} of ${part}`);
  }
  for (const { role, fault: text } of told) {
    expect(
      namesOf(standing.placeOf(role)).some((name) => name.test(text)),
      `${role}: ${text}`,
    ).toBe(true);
    expect(
      advices.some((advice) => text.endsWith(advice)),
      `${role}: ${text}`,
    ).toBe(true);
  }
}

for (const declaration of Object.values(catalogue)) {
  const { kind } = declaration;
  let standing = await Standing.of(declaration);
  const madeSafe = new Set<string>();

  describe(kind, () => {
    for (const role of standing.bench.twins.keys())
      for (const [index, { name }] of faultsOf(standing, role).entries())
        it(`${role}: ${name}`, async () => {
          const fault = faultsOf(standing, role)[index]!;
          const {
            told,
            unnoticed,
            falseValues,
            falseRecords,
            madeSafe: safe,
            ...wrong
          } = await tried(standing, fault);
          const result = { told, unnoticed, falseValues, falseRecords, madeSafe: safe, ...wrong };
          for (const actuator of safe) madeSafe.add(actuator);
          const entry = entryOf(name, standing.twin(role).part.id);
          const lies = entry?.lies ? falseValues : [];
          if (entry && lies.length > 0) lied.add(entry);
          const before = standing;
          // One that did not come back would fail every test that follows.
          if (wrong.unwell.length > 0 || fault.unsettles) standing = await Standing.of(declaration);
          expectTold(before, name, fault.roles, result);
          if (!entry?.lies)
            expect({ falseValues, falseRecords }).toEqual({ falseValues: [], falseRecords: [] });
          expect(lies.every((value) => value.startsWith(`${role}.`))).toBe(true);
          expect(wrong).toEqual(Object.fromEntries(Object.keys(wrong).map((key) => [key, []])));
        });

    it("has sent what it can no longer permit to the safe side", () => {
      const needs = Object.entries(around(declaration).needs ?? {}).flatMap(([actuator, roles]) =>
        roles.map((role) => `${actuator} without ${role}`),
      );
      expect([...madeSafe].sort()).toEqual(needs.sort());
    });
  });
}

describe("the table of faults that cannot be noticed", () => {
  it.each(unnoticed)("has nothing that is not needed: $faults $parts", ({ faults, parts }) => {
    const all = [...needed];
    for (const fault of faults) {
      if (parts) expect(all).toEqual(expect.arrayContaining(parts.map((part) => `${fault} of ${part}`)));
      else
        expect(
          all.some((one) => one.startsWith(`${fault} of `)),
          fault,
        ).toBe(true);
    }
  });

  it.each(unnoticed.filter(({ lies }) => lies))("lets lie only what does: $faults", (entry) => {
    expect(lied.has(entry)).toBe(true);
  });
});
