import { beforeAll, describe, expect, it } from "vitest";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { layOut } from "../scenario/lay-out.ts";
import { liveThrough } from "../scenario/run.ts";
import { readScenario } from "../scenario/scenario.ts";
import { compareWorlds, type Difference } from "./compare.ts";
import { type Told, toldOn } from "./told.ts";
import { usualTolerances } from "./tolerances.ts";

/** An hour after dusk, with a command and somebody on the bench perhaps. */
const text = (seed: number, extra = "") => `
scenario: dusk
title: Dusk
seed: ${seed}
start: 2025-12-21 17:30
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 120
  furniture:
    - { kind: streetlight, units: 1, spacing: 30 }
    - { kind: bench, at: [24] }
commands:
  - { at: "18:00", unit: lamp-01, command: setLevel, args: { level: 55, duration: 60 } }
${extra}`;

const declarations = new Map<string, Furniture>();

async function live(yaml: string): Promise<readonly Told[]> {
  const scenario = await readScenario(yaml, "dusk.yaml");
  const street = await layOut(scenario, scenario.seed, { version: "0.0.0" });
  for (const { id, declaration } of street.units) declarations.set(id, declaration);
  const told = toldOn(street);
  await liveThrough(scenario, scenario.seed, street, { realNowMs: () => 0 });
  return told;
}

let dusk: readonly Told[];
beforeAll(async () => {
  dusk = await live(text(5));
}, 60_000);

const differences = (other: readonly Told[]): readonly Difference[] =>
  compareWorlds([dusk, other], ["here", "there"], declarations, usualTolerances).differences;

/** The same, but for one event that `change` finds first and changes; undefined drops it. */
function changed(change: (told: Told) => Told | undefined): readonly Told[] {
  const at = dusk.findIndex((told) => change(told) !== told);
  expect(at).toBeGreaterThanOrEqual(0);
  const instead = change(dusk[at]!);
  return [...dusk.slice(0, at), ...(instead ? [instead] : []), ...dusk.slice(at + 1)];
}

describe("two worlds", () => {
  it("are the same where they tell the same, a second late or not", () => {
    const { subjects, told } = compareWorlds([dusk, dusk], ["a", "b"], declarations, usualTolerances);
    expect(subjects).toBeGreaterThan(60);
    expect(told).toBeGreaterThan(500);
    expect(differences(dusk)).toEqual([]);
    expect(differences(dusk.map((one) => ({ ...one, atMs: one.atMs + 1_000 })))).toEqual([]);
  });

  it("differ where an alarm is raised in one alone", () => {
    const atMs = dusk.at(-1)!.atMs;
    const alarm = { type: "alarm", name: "lampFailure", state: "raised", severity: "critical" } as const;
    expect(differences([...dusk, { atMs, unit: "lamp-01", event: alarm }])).toEqual([
      {
        ...{ unit: "lamp-01", subject: "alarm lampFailure", of: 1 },
        found: [{ atMs, by: "there", said: "there raised", elsewhere: "here nothing" }],
      },
    ]);
  });

  it("differ where a lamp moves otherwise, by value or by ten seconds", () => {
    const is55 = ({ event, unit }: Told) =>
      unit === "lamp-01" && event.type === "actuator" && Math.round(event.value) === 55;
    const brighter = changed((told) =>
      is55(told) && told.event.type === "actuator" ? { ...told, event: { ...told.event, value: 5 } } : told,
    );
    expect(differences(brighter).map(({ subject }) => subject)).toEqual(["actuator lamp"]);
    const late = dusk.map((told) =>
      told.event.type === "actuator" ? { ...told, atMs: told.atMs + 10_000 } : told,
    );
    expect(differences(late.toSorted((a, b) => a.atMs - b.atMs)).map(({ subject }) => subject)).toContain(
      "actuator lamp",
    );
  });

  it("are the same where a lamp's level is told from within a move, and differ where it never was there", () => {
    const at = dusk.findIndex(
      ({ event, unit }) => unit === "lamp-01" && event.type === "actuator" && Math.round(event.value) === 55,
    );
    const { atMs, unit } = dusk[at]!;
    const level = (value: number): Told => ({
      ...{ atMs, unit },
      event: {
        ...{ type: "record", epoch: "e", sequence: 1 },
        body: { type: "measurement", name: "level", value, unit: "%", quality: "good" },
      } as unknown as Told["event"],
    });
    const toldAlso = (value: number) => [...dusk.slice(0, at), level(value), ...dusk.slice(at)];
    expect(differences(toldAlso(55))).toEqual([]);
    expect(differences(toldAlso(5))).toMatchObject([
      { subject: "telemetry level", found: [{ by: "there" }] },
    ]);
  });

  it("differ where a lamp's reason stays another, not where one comes and goes within the time", () => {
    const is55 = ({ event }: Told) => event.type === "actuator" && Math.round(event.value) === 55;
    const at = dusk.findIndex(is55);
    const { atMs, unit, event } = dusk[at]!;
    if (event.type !== "actuator") throw new TypeError(event.type);
    const passing = { atMs: atMs - 500, unit, event: { ...event, reason: { code: "unsure" } } } as Told;
    expect(differences([...dusk.slice(0, at), passing, ...dusk.slice(at)])).toEqual([]);
    const staying = { ...passing, atMs };
    expect(differences([...dusk.slice(0, at), staying, ...dusk.slice(at + 1)])).toMatchObject([
      { unit: "lamp-01", subject: "reason of lamp" },
    ]);
  });

  it("differ where a command was taken in one alone, or with other arguments", () => {
    const isTaken = ({ event }: Told) => event.type === "taken";
    expect(differences(changed((told) => (isTaken(told) ? undefined : told)))).toMatchObject([
      { unit: "lamp-01", subject: "command setLevel", found: [{ by: "here" }], of: 1 },
    ]);
    const other = changed((told) =>
      told.event.type === "taken" ? { ...told, event: { ...told.event, args: { level: 99 } } } : told,
    );
    expect(differences(other)).toMatchObject([{ subject: "command setLevel", found: [{}], of: 2 }]);
  });

  /** The worlds of one session at a port each, the same but for `one` and `other`. */
  const sessionsOf = (one: object, other: object) => {
    const atMs = dusk.at(-1)!.atMs;
    const told = (fields: object): Told => {
      const body = { type: "event", name: "chargingSession", fields: { port: "usb1", ...fields } };
      return {
        atMs,
        unit: "bench-01",
        event: { type: "record", epoch: "", sequence: 1, body } as Told["event"],
      };
    };
    const worlds = [[told(one)], [told(other)]] as const;
    return compareWorlds(worlds, ["here", "there"], declarations, usualTolerances).differences;
  };

  it("may tell particulars of an event a second and three steps of the last decimal apart", () => {
    const here = { start: "2026-06-20T06:38:21Z", meterStart: 0.29, stoppedMs: 1_781_937_501_000 };
    expect(
      sessionsOf(here, { start: "2026-06-20T08:38:20+02:00", meterStart: 0.3, stoppedMs: 1_781_937_500_000 }),
    ).toEqual([]);
  });

  it.each([
    ["an instant in words", { start: "2026-06-20T06:38:21Z" }, { start: "2026-06-20T06:38:24Z" }],
    ["an instant as a number", { stoppedMs: 1_781_937_501_000 }, { stoppedMs: 1_781_937_504_000 }],
    ["an amount", { energy: 0.29 }, { energy: 0.34 }],
    ["a count", { number: 2 }, { number: 6 }],
    ["a word", { reason: "unplugged" }, { reason: "quota" }],
    ["what is there at all", { cost: 0 }, {}],
  ])("differ where %s of an event does", (_, here, there) => {
    expect(sessionsOf(here, there)).toMatchObject([{ subject: "event chargingSession", found: [{}] }]);
  });

  it("differ where a sensor is unplugged in one, and say when and how", async () => {
    const fault = `faults:\n  - { at: "17:50", for: 5 min, unit: lamp-01, role: light, fault: unplug }\n`;
    const found = differences(await live(text(5, fault)));
    expect(found.map(({ unit, subject }) => `${unit} ${subject}`)).toEqual(
      expect.arrayContaining(["lamp-01 part light"]),
    );
    const [first] = found.find(({ subject }) => subject === "part light")!.found;
    expect(new Date(first!.atMs).toISOString()).toMatch(/^2025-12-21T16:5/);
    expect(`${first!.said}; ${first!.elsewhere}`).toBe("there failing; here ok");
    expect(found.filter(({ unit }) => unit === "bench-01")).toEqual([]);
  });

  it("are not compared before the time from which they are to agree", () => {
    const wrong = changed((told) =>
      told.event.type === "part" ? { ...told, event: { ...told.event, state: "quarantined" } } : told,
    );
    expect(differences(wrong)).toHaveLength(1);
    const fromMs = dusk[0]!.atMs + 60_000;
    const { differences: later } = compareWorlds(
      [dusk, wrong],
      ["here", "there"],
      declarations,
      usualTolerances,
      fromMs,
    );
    expect(later).toEqual([]);
  });
});
