import { expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
import type { RecordBody } from "#devices/wire.ts";
import { LastRecords } from "./last-records.ts";

const record = (sequence: number, body: RecordBody) =>
  ({ type: "record", epoch: "e", sequence, body }) as const;

const measured = (value: number | null, quality: "good" | "bad" | "stale" = "good", name = "temperature") =>
  ({ type: "measurement", name, value, unit: "°C", quality }) as const;

it.each([
  [measured(-3.25), "series", "Air temperature", "−3.25 °C"],
  [measured(5, "stale"), "series", "Air temperature", "5.00 °C, stale"],
  [measured(null, "bad"), "series", "Air temperature", "no value"],
  [measured(1, "good", "presence"), "event", "Somebody is near", "someone"],
  [
    { type: "alarm", name: "lampFailure", state: "raised", severity: "critical", value: 1 },
    "alarm",
    "Lamp failure",
    "raised, critical",
  ],
  [
    { type: "part", role: "light", state: "failing", fault: "timeout on i2c-1" },
    "event",
    "Ambient light, facing up",
    "failing: timeout on i2c-1",
  ],
  [
    { type: "actuator", name: "lamp", value: 50, unit: "%", code: "profile", text: "profile from 22:00" },
    "state",
    "Lamp",
    "50.0 %: profile from 22:00",
  ],
] as const)("tells %j in the words of the declaration", (body, recordClass, what, value) => {
  const records = new LastRecords(streetlight);
  records.hear(record(7, body), 1_000);
  expect(records.newest).toEqual([{ sequence: 7, atMs: 1_000, recordClass, what, value }]);
});

it("keeps the last twenty, the newest first, and nothing else that a unit tells", () => {
  const records = new LastRecords(streetlight);
  for (let sequence = 1; sequence <= 25; sequence++) {
    records.hear(record(sequence, measured(sequence)), sequence * 1_000);
    records.hear({ type: "link", connected: true }, sequence * 1_000);
  }
  expect(records.newest.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 20 }, (_, index) => 25 - index),
  );
});
