import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { curb, streetlight } from "#devices/furniture/index.ts";
import { type RecordBody, unitTopics, type WireRecord } from "#devices/wire.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { Ear, settlingTime } from "#flows/node/ear.ts";
import { filterOf } from "#flows/node/filter.ts";
import type { Message } from "#flows/node/red.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";

const bytes = (message: unknown) =>
  new TextEncoder().encode(typeof message === "string" ? message : JSON.stringify(message));

let loop: EventLoop;
let told: Message[];
let ear: Ear;

/** An ear of a node with that form, connected. */
function listen(form: Record<string, string> = {}): void {
  loop = new EventLoop();
  told = [];
  ear = new Ear({
    site: "via-roma",
    filter: filterOf(form),
    kinds: [streetlight, curb].map(kindOf),
    clock: new VirtualClock(loop),
    tell: (message) => told.push(message),
    changed: () => {},
  });
  ear.connection(true);
}

beforeEach(() => listen());

const describes = (unit: string, kind: string) =>
  ear.heard(
    unitTopics("via-roma", unit).description,
    bytes({ unit, site: "via-roma", kind, title: kind, telemetry: {} }),
  );
const warm: RecordBody = {
  type: "measurement",
  name: "temperature",
  value: 21.5,
  unit: "°C",
  quality: "good",
};
const record = (sequence: number, body: RecordBody = warm, more: Partial<WireRecord> = {}): WireRecord => ({
  device: "via-roma/lamp-1",
  epoch: "00112233aabbccdd",
  sequence,
  time: { wall: 1_790_000_000_000, clock: "network", uptime: 60_000, boot: 3 },
  body,
  ...more,
});
const tells = (unit: string, message: unknown) =>
  ear.heard(unitTopics("via-roma", unit).record("series"), bytes(message));

it("hands on a measurement with all that is known of it", () => {
  describes("lamp-1", "streetlight");
  tells("lamp-1", record(7));
  expect(told).toEqual([
    {
      topic: "via-roma/lamp-1/temperature",
      payload: 21.5,
      unitOfMeasure: "°C",
      quantity: "temperature",
      quality: "good",
      type: "measurement",
      name: "temperature",
      title: streetlight.telemetry.temperature?.title,
      site: "via-roma",
      unit: "lamp-1",
      kind: "streetlight",
      time: 1_790_000_000_000,
      clock: "network",
      late: false,
      record: { epoch: "00112233aabbccdd", sequence: 7, boot: 3, uptime: 60_000 },
    },
  ]);
});

it.each<[RecordBody, Message]>([
  [
    { type: "alarm", name: "doorOpen", state: "raised", severity: "warning", value: 1 },
    { payload: "raised", severity: "warning", value: 1, advice: streetlight.alarms.doorOpen?.advice },
  ],
  [
    { type: "event", name: "portTrip", fields: { port: "pad" } },
    { payload: { port: "pad" }, name: "portTrip" },
  ],
  [
    { type: "actuator", name: "lamp", value: 80, unit: "%", code: "presence", text: "somebody is near" },
    { payload: 80, unitOfMeasure: "%", code: "presence", reason: "somebody is near", title: "Lamp" },
  ],
  [
    { type: "part", role: "radar", state: "failing", fault: "no answer" },
    { payload: "failing", name: "radar", fault: "no answer" },
  ],
])("hands on %j", (body, expected) => {
  describes("lamp-1", "streetlight");
  tells("lamp-1", record(1, body));
  expect(told).toEqual([expect.objectContaining({ ...expected, type: body.type })]);
});

it("names the space that is meant", () => {
  describes("kerb-1", "curb");
  const body = { type: "alarm", name: "overstay2", state: "raised", severity: "notice", value: 1 } as const;
  tells("kerb-1", record(1, body, { device: "via-roma/kerb-1" }));
  expect(told[0]?.title).toBe(curb.alarms.overstay2?.title);
  expect(told[0]?.advice).toBe(curb.alarms.overstay2?.advice);
});

describe("copies and order", () => {
  beforeEach(() => describes("lamp-1", "streetlight"));
  const sequences = () => told.map(({ record }) => (record as { sequence: number }).sequence);

  it("drops each copy, and says what came late", () => {
    for (const sequence of [1, 3, 3, 2, 1, 4]) tells("lamp-1", record(sequence));
    expect(sequences()).toEqual([1, 3, 2, 4]);
    expect(told.map(({ late }) => late)).toEqual([false, false, true, false]);
  });

  it("takes the same number of another epoch, and of another unit, for another record", () => {
    tells("lamp-1", record(1));
    tells("lamp-1", record(1, warm, { epoch: "ffff" }));
    describes("lamp-2", "streetlight");
    tells("lamp-2", record(1, warm, { device: "via-roma/lamp-2" }));
    tells("lamp-1", record(1));
    expect(told).toHaveLength(3);
  });
});

describe("a filter on a kind", () => {
  beforeEach(() => listen({ kind: "streetlight" }));

  it("waits for the description of a unit, then lets through or forgets what it said before", () => {
    tells("lamp-1", record(1));
    tells("kerb-1", record(1, warm, { device: "via-roma/kerb-1" }));
    expect(told).toEqual([]);
    describes("kerb-1", "curb");
    describes("lamp-1", "streetlight");
    expect(told.map(({ unit }) => unit)).toEqual(["lamp-1"]);
    expect(ear.units).toBe(1);
  });

  it("keeps so much and no more of a unit that never describes itself", async () => {
    for (let sequence = 1; sequence <= 1_000; sequence++) tells("lamp-1", record(sequence));
    await loop.runUntil(settlingTime * 2);
    describes("lamp-1", "streetlight");
    expect(told).toHaveLength(64);
  });
});

it("hands on what an undescribed unit says, once descriptions have had their time", async () => {
  tells("lamp-1", record(1));
  expect(told).toEqual([]);
  await loop.runUntil(settlingTime);
  tells("lamp-1", record(2));
  expect(told).toHaveLength(2);
  expect(told[0]).toMatchObject({ kind: undefined, title: "temperature", payload: 21.5 });
});

it("tells who comes and goes, and not who stays", () => {
  listen({ tells: "status" });
  describes("lamp-1", "streetlight");
  const topic = unitTopics("via-roma", "lamp-1").status;
  for (const state of ["online", "online", "offline", "online"]) ear.heard(topic, bytes({ state }));
  tells("lamp-1", record(1));
  expect(told.map(({ payload }) => payload)).toEqual(["online", "offline", "online"]);
});

describe("what no unit would send", () => {
  const topic = unitTopics("via-roma", "lamp-1").record("series");
  beforeEach(() => describes("lamp-1", "streetlight"));

  it.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["a megabyte", "x".repeat(1 << 20)],
    ["a megabyte of JSON", JSON.stringify({ ...record(1), more: "x".repeat(1 << 20) })],
    ["a record of another unit", JSON.stringify(record(1, warm, { device: "via-roma/lamp-2" }))],
    ["no sequence", JSON.stringify({ ...record(1), sequence: "1" })],
    ["no body", JSON.stringify({ ...record(1), body: null })],
    ["a body of no type", JSON.stringify({ ...record(1), body: { type: "constructor", name: "x" } })],
    ["a value that is a text", JSON.stringify({ ...record(1), body: { ...warm, value: "21" } })],
    ["no time", JSON.stringify({ ...record(1), time: 5 })],
  ])("is counted and nothing else: %s", (_what, payload) => {
    ear.heard(topic, bytes(payload));
    expect(ear.strange).toBe(1);
    expect(told).toEqual([]);
    tells("lamp-1", record(1));
    expect(told).toHaveLength(1);
  });

  it("never throws", () => {
    const segment = fc.oneof(
      fc.constantFrom("plinth", "via-roma", "lamp-1", "record", "status"),
      fc.string(),
    );
    const topics = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join("/"));
    fc.assert(
      fc.property(topics, fc.oneof(fc.json(), fc.string()), (topic, payload) => {
        ear.heard(topic, bytes(payload));
      }),
      { seed: 20_261_122, numRuns: 1_000 },
    );
  });

  it("does not take a deleted retained message for a fault", () => {
    ear.heard(unitTopics("via-roma", "lamp-1").status, bytes(""));
    ear.heard(unitTopics("via-roma", "lamp-1").description, bytes(""));
    expect(ear.strange).toBe(0);
  });
});
