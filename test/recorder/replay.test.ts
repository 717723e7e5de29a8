import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { credentialOf } from "#devices/chips/pn532.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { FlightRecord } from "#firmware/recorder/file.ts";
import { replay } from "#sim/replay/replay.ts";
import { scenarioOf } from "#sim/replay/scenario-of.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { recordedStreet } from "./recorded-street.ts";

const minutes = 60_000;
const version = "test";
const slow = { timeout: 120_000 };

/** What a record must have for its replay to prove anything. */
function lively(record: FlightRecord): void {
  const outcomes = record.head.filter(({ kind }) => kind === "outcome");
  expect(record.head.length).toBeGreaterThan(200);
  expect(outcomes.length).toBeGreaterThan(20);
}

describe("a record of a simulated unit", () => {
  it.each([
    ["streetlight", 30],
    ["bench", 6],
    ["curb", 6],
  ])("of a %s replays without a difference", slow, async (kind, lasts) => {
    const { live, record } = await recordedStreet(kind);
    await live(lasts * minutes);
    const made = await record();
    lively(made);
    expect((await replay(made, { version })).told).toEqual([]);
  });

  it("of a floor replays without a difference: what its streams found is taken from it", slow, async () => {
    const { live, record } = await recordedStreet("floor", { size: 4 });
    await live(8 * minutes);
    const made = await record();
    lively(made);
    expect(made.head.filter(({ kind }) => kind === "detections").length).toBeGreaterThan(10);
    expect((await replay(made, { version })).told).toEqual([]);
  });

  it("replays through faults, commands, settings and an outage", async () => {
    const { live, record } = await recordedStreet("streetlight", { more: eventful });
    await live(40 * minutes);
    const made = await record();
    const told = new Set(made.head.map(({ kind, subject }) => `${kind} ${subject}`));
    for (const wanted of ["outcome part climate", "outcome settings", "outcome command", "link "])
      expect(told).toContain(wanted);
    expect((await replay(made, { version })).told).toEqual([]);
  });

  it("replays though it was loaded for seconds and its timers were late, as on a board", async () => {
    const board = { latenessMs: 4, loadedMs: 4_182.25 };
    const { live, record } = await recordedStreet("streetlight", { ...board, more: eventful });
    await live(40 * minutes);
    const made = await record();
    expect(made.head[0]!.atMs).toBeGreaterThanOrEqual(4_182);
    expect((await replay(made, { version })).told).toEqual([]);
  });
});

const eventful = [
  "faults:",
  '  - { at: "16:15", for: 4 min, unit: lamp-01, role: climate, fault: unplug }',
  '  - { at: "16:20", for: 2 min, unit: lamp-01, role: light, fault: hold-bus }',
  '  - { at: "16:24", for: 1 min, unit: lamp-01, role: meter, fault: garbage }',
  '  - { at: "16:30", for: 2 min, fault: broker-away }',
  "commands:",
  '  - { at: "16:26", unit: lamp-01, command: setLevel, args: { level: 30, duration: 120 } }',
  "deploys:",
  '  - { at: "16:28", unit: lamp-01, revision: r1, settings: { holdTime: 77 } }',
];

/** The record, with something else in it. */
const altered = (record: FlightRecord, alter: (event: FlightEvent) => FlightEvent | undefined) => ({
  ...record,
  head: record.head.flatMap((event) => alter(event) ?? []),
});

describe("a replay that differs", () => {
  it("tells the first difference with its time and place", async () => {
    const { live, record } = await recordedStreet("streetlight");
    await live(60 * minutes);
    const made = await record();
    // The illuminance sensor, VEML7700 at 0x10, register ALS (04): bright day from then on.
    const sunriseMs = 45 * minutes;
    const dayBreaks = altered(made, (event) =>
      event.subject === "i2c-1 10 w04 r2" && event.atMs >= sunriseMs
        ? { ...event, payload: Uint8Array.of(0x10, 0x27) }
        : event,
    );
    const { deviations, told } = await replay(dayBreaks, { version });
    expect(deviations).toBeGreaterThan(0);
    expect(told[0]!.atMs).toBeGreaterThanOrEqual(sunriseMs);
    expect(told[0]!.atMs).toBeLessThan(sunriseMs + 10 * minutes);
    expect(told.some(({ place }) => place === "record measurement illuminance")).toBe(true);
  });

  it("tells what the unit asked for that the record does not have, and what it has that nobody asked for", async () => {
    const { live, record } = await recordedStreet("streetlight");
    await live(6 * minutes);
    const made = await record();
    const lost = made.head.find(({ subject, atMs }) => subject === "i2c-1 10 w04 r2" && atMs > 3 * minutes)!;
    const missing = await replay(
      altered(made, (event) => (event === lost ? undefined : event)),
      {
        version,
        toleranceMs: 5,
      },
    );
    expect(missing.told[0]).toMatchObject({ place: "i2c-1 10", came: "i2c-1 10 w04 r2", atMs: lost.atMs });
    const extra = { ...lost, subject: "i2c-1 10 w06 r2" };
    const unasked = await replay(
      { ...made, head: made.head.flatMap((event) => (event === lost ? [extra, event] : [event])) },
      { version },
    );
    expect(unasked.told).toEqual([
      { of: "surroundings", place: "i2c-1 10", atMs: lost.atMs, expected: extra.subject, came: "nothing" },
    ]);
  });
});

it("holds no identity, and replays all the same: a card that opens a port", slow, async () => {
  const uid = Uint8Array.of(0x04, 0xa2, 0x3b, 0x9c, 0x11, 0x5d, 0x80);
  const permitted = credentialOf(uid).toString(16).padStart(12, "0");
  const { live, record, street, flight } = await recordedStreet("bench", {
    with: ["cards"],
    more: [
      "deploys:",
      `  - { at: "16:11", unit: bench-01, revision: r1, settings: { cardNeeded: always, cards: ["${permitted}", "00112233aabb"] } }`,
    ],
  });
  await live(2 * minutes);
  const reader = street.unit("bench-01").twins.get("cards") as unknown as { lay(uid: Uint8Array): void };
  reader.lay(uid);
  await live(2 * minutes);
  const made = await record();
  const heard = made.head.filter(({ kind }) => kind === "heard").map(({ payload }) => payload);
  const text = JSON.stringify([
    made.header,
    made.head.map((event) => new TextDecoder().decode(event.payload)),
  ]);
  for (const secret of [permitted, "00112233aabb"]) expect(text).not.toContain(secret);
  const hexadecimal = Buffer.concat(heard).toString("hex");
  // NFCIDLength and NFCID1 of the stand-in are there, those of the card are not.
  expect(hexadecimal).toMatch(/d54b0101[0-9a-f]{6}07/);
  expect(hexadecimal).not.toContain(Buffer.from(uid).toString("hex"));
  expect(Object.keys(made.header.credentials)).toHaveLength(1);
  expect((await flight.pack("test")).length).toBeGreaterThan(1_000);
  expect((await replay(made, { version })).told).toEqual([]);
});

it("becomes a scenario in which the same befalls a unit", async () => {
  const { live, record } = await recordedStreet("streetlight", { more: eventful });
  await live(40 * minutes);
  const { scenario } = scenarioOf(await record());
  const read = await readScenario(stringify(scenario), "made.yaml");
  const local = (clock: string) => Date.parse(`2025-12-21T${clock}:00+01:00`);
  const near = (ms: number, wanted: number) => Math.abs(ms - wanted) < 30_000;
  const verbs = read.faults.map(({ verb, role, atMs }) => ({ verb, role, atMs }));
  const met = (verb: string, role: string | undefined, clock: string) =>
    verbs.some((one) => one.verb === verb && one.role === role && near(one.atMs, local(clock)));
  expect(met("unplug", "climate", "16:15"), JSON.stringify(verbs)).toBe(true);
  expect(met("unplug", "light", "16:20")).toBe(true);
  expect(met("unplug", "meter", "16:24")).toBe(true);
  expect(met("broker-away", undefined, "16:30")).toBe(true);
  expect(read.commands).toMatchObject([{ command: "setLevel", args: { level: 30, duration: 120 } }]);
  expect(read.deploys).toMatchObject([{ revision: "r1", settings: { holdTime: 77 } }]);
});
