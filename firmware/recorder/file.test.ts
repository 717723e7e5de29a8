import { beforeAll, expect, it } from "vitest";
import { type FlightHeader, packRecord, RecordError, unpackRecord } from "./file.ts";
import { ignorant } from "./knowledge.ts";
import { Ring } from "./ring.ts";

const header: FlightHeader = {
  ...{ version: "0.1.0", kind: "streetlight", unit: "lamp-01", site: "demo", epoch: "0".repeat(16) },
  location: { latitude: 45, longitude: 7, timeZone: "Europe/Rome" },
  ...{ receipts: "puback", parts: {}, settings: {}, documents: { boot: 3 }, credentials: {} },
  ...{ why: "request", startMs: 0, untilMs: 5_000, lostEvents: 0, wallOffsetMs: null },
};

let bytes: Buffer;
beforeAll(async () => {
  const ring = new Ring(1 << 20, () => ignorant);
  for (const atMs of [1, 3, 2])
    ring.add({ kind: "edge", subject: "line:1", atMs, forMs: 0, payload: Uint8Array.of(1) });
  bytes = Buffer.from(await packRecord(header, ring.contents));
});

it("gives back what was packed, in the order of time", async () => {
  const record = await unpackRecord(bytes);
  expect(record.header).toEqual(header);
  expect(record.head.map(({ atMs }) => atMs)).toEqual([1, 2, 3]);
  expect(record.tail).toBeUndefined();
});

it("refuses a file that was cut anywhere", async () => {
  for (let length = 0; length < bytes.length; length++)
    await expect(unpackRecord(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(RecordError);
  await expect(unpackRecord(bytes.subarray(0, -1))).rejects.toThrow(/cut or damaged .*copy it from the unit/);
});

it("refuses a file in which a byte is wrong, unless that byte says nothing", async () => {
  const whole = await unpackRecord(bytes);
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x10;
    const read = await unpackRecord(damaged).catch((error) => error);
    // Between the last bit of what is deflated and its checksum, which begins at a byte (RFC 1950, 2.2).
    if (!(read instanceof RecordError)) expect(read, `byte ${at}`).toEqual(whole);
  }
});

it.each([
  ["nothing", "", "no flight record: expected a file record-….flight"],
  ["something else", "site: my-street\nunit: lamp-01\n", "no flight record"],
  ["another format", "plinth flight record 9\n", "of format 9, and this version reads format 1"],
])("says what is wrong with %s", async (_what, text, words) => {
  await expect(unpackRecord(Buffer.from(text))).rejects.toThrow(words);
});
