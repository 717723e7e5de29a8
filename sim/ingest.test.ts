import { afterEach, expect, it } from "vitest";
import { milliseconds, minutes } from "#devices/duration.ts";
import type { Link, Message } from "#devices/ports/link.ts";
import type { WireRecord } from "#devices/wire.ts";
import { parseReceipt, type Receipt } from "#firmware/outbox/receipt.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { startBroker } from "./broker.ts";
import { Ingest, type Keep } from "./ingest.ts";
import { EventLoop } from "./loop.ts";
import { VirtualClock } from "./ports/clock.ts";
import { VirtualBroker } from "./ports/link.ts";

const will = { topic: "plinth/north/city/status", payload: "offline" };
const topic = "plinth/north/lamp-1/record/meter";
const epochs = ["00000000000000a1", "00000000000000b2"] as const;
const record = (sequence: number, epoch: string = epochs[0], device = "north/lamp-1") =>
  JSON.stringify({ device, epoch, sequence });

const loop = () => new EventLoop();

/** A city and a unit on a virtual broker; `pass` lets a minute go by. */
async function street(keep: Keep) {
  const events = loop();
  const broker = new VirtualBroker(new VirtualClock(events));
  const city = broker.port().open("city", will);
  const unit = broker.port().open("lamp-1", { ...will, topic: "plinth/north/lamp-1/status" });
  const receipts: Receipt[] = [];
  unit.subscribe("plinth/north/lamp-1/receipt", (message) => receipts.push(parse(message)));
  const ingest = new Ingest(city, keep);
  const pass = () => events.runUntil(events.now + minutes(2));
  const send = async (link: Link, ...messages: (string | [topic: string, payload: string])[]) => {
    const sent = messages.map((message) => {
      const [to, payload] = typeof message === "string" ? [topic, message] : message;
      return link.publish(to, payload).catch(() => {});
    });
    await pass();
    await Promise.all(sent);
  };
  await pass();
  return { broker, city, unit, receipts, ingest, pass, send };
}

const parse = (message: Message) => parseReceipt(Buffer.from(message.payload).toString());
const sequencesOf = (receipts: readonly Receipt[]) =>
  receipts.flatMap(({ stored }) =>
    stored.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index)),
  );

it("keeps each record once, whatever the broker repeats, and gives receipts for it", async () => {
  const kept: WireRecord[] = [];
  const { broker, unit, receipts, ingest, send } = await street((one) => void kept.push(one));
  broker.duplicate(2);
  await send(unit, record(1), record(2), record(3));
  expect(kept.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  expect(ingest.tally("north/lamp-1")).toEqual({ delivered: 3, duplicated: 2, gaps: 0 });
  expect(new Set(sequencesOf(receipts))).toEqual(new Set([1, 2, 3]));
  expect(new Set(receipts.map(({ epoch }) => epoch))).toEqual(new Set([epochs[0]]));
});

it("gives another receipt when a record comes again, because the first was lost", async () => {
  const { city, unit, broker, receipts, ingest, send, pass } = await street(() => {});
  await send(unit, record(7));
  expect(sequencesOf(receipts)).toEqual([7]);
  await send(unit, record(7));
  expect(sequencesOf(receipts)).toEqual([7, 7]);
  broker.cut("lamp-1");
  await pass();
  expect(unit.connected && city.connected).toBe(true);
  await send(unit, record(7));
  expect(sequencesOf(receipts)).toEqual([7, 7, 7]);
  expect(ingest.tally()).toEqual({ delivered: 1, duplicated: 2, gaps: 6 });
});

it("counts what is missing per device, and keeps epochs apart", async () => {
  const { unit, ingest, send } = await street(() => {});
  await send(unit, record(2), record(3), record(6), record(1, epochs[1]), record(4, epochs[1]));
  expect(ingest.tally("north/lamp-1")).toEqual({ delivered: 5, duplicated: 0, gaps: 3 + 2 });
  await send(unit, ["plinth/north/lamp-2/record/alarm", record(9, epochs[0], "north/lamp-2")]);
  expect(ingest.tally("north/lamp-2")).toEqual({ delivered: 1, duplicated: 0, gaps: 8 });
  expect(ingest.tally("north/lamp-3")).toEqual({ delivered: 0, duplicated: 0, gaps: 0 });
  expect(ingest.devices).toEqual(["north/lamp-1", "north/lamp-2"]);
  await send(unit, record(5), record(4), record(1));
  expect(ingest.tally("north/lamp-1")).toEqual({ delivered: 8, duplicated: 0, gaps: 2 });
  expect(ingest.tally()).toEqual({ delivered: 9, duplicated: 0, gaps: 2 + 8 });
});

it("gives no receipt before the record is kept, also not for a copy of it", async () => {
  let finish = () => {};
  const { unit, receipts, ingest, send, pass } = await street(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  await send(unit, record(1), record(1));
  expect(receipts).toEqual([]);
  expect(ingest.tally()).toEqual({ delivered: 0, duplicated: 1, gaps: 0 });
  finish();
  await pass();
  expect(sequencesOf(receipts)).toEqual([1]);
});

it.each([
  [
    "throws",
    () => {
      throw new Error("disk full");
    },
  ],
  ["rejects", () => Promise.reject(new Error("disk full"))],
])("takes a record again when the store %s the first time", async (_how, fail) => {
  let attempts = 0;
  const { unit, receipts, ingest, send } = await street(() => (attempts++ === 0 ? fail() : undefined));
  await send(unit, record(1));
  expect(receipts).toEqual([]);
  expect(ingest.lastRefusal).toBe(`${topic}: it could not be kept: disk full`);
  await send(unit, record(1));
  expect(sequencesOf(receipts)).toEqual([1]);
  expect(ingest.tally()).toEqual({ delivered: 1, duplicated: 0, gaps: 0 });
});

it.each([
  ["{", "no JSON"],
  ["[]", "no JSON object"],
  ["null", "no JSON object"],
  ['{"epoch":"00000000000000a1","sequence":1}', "device is not north/lamp-1"],
  [record(1, epochs[0], "north/lamp-2"), "device is not north/lamp-1"],
  [record(1, "a1"), "epoch is not 16 hexadecimal digits"],
  [record(1.5), "sequence is not a whole number"],
  [record(0), "sequence is not a whole number"],
  ["x".repeat(70_000), "70000 bytes"],
])("refuses %.40s and says why", async (payload, reason) => {
  const { unit, receipts, ingest, send } = await street(() => {});
  await send(unit, payload);
  expect(ingest.refused).toBe(1);
  expect(ingest.lastRefusal).toContain(reason);
  expect(ingest.lastRefusal).toContain(topic);
  expect(receipts).toEqual([]);
});

it("takes no more once it is closed", async () => {
  const { unit, ingest, send } = await street(() => {});
  ingest.close();
  await send(unit, record(1));
  expect(ingest.tally().delivered).toBe(0);
});

it("puts many sequences into few receipts", async () => {
  const { unit, receipts, send } = await street(() => {});
  const all = Array.from({ length: 1_200 }, (_, index) => index + 1);
  await send(unit, ...all.map((sequence) => record(sequence)));
  expect(sequencesOf(receipts)).toEqual(all);
  expect(receipts.length).toBeLessThan(10);
});

it("puts no more than a thousand ranges into one receipt", async () => {
  const { unit, receipts, send } = await street(() => {});
  const odd = Array.from({ length: 2_500 }, (_, index) => 2 * index + 1);
  await send(unit, ...odd.map((sequence) => record(sequence)));
  expect(sequencesOf(receipts)).toEqual(odd);
  expect(Math.max(...receipts.map(({ stored }) => stored.length))).toBe(1_000);
});

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

it("does the same over a real broker", async () => {
  const broker = await startBroker({ port: 0 });
  const backoff = { base: milliseconds(5), cap: milliseconds(50) };
  const port = mqttLinkPort({ url: broker.url, clock: systemClock(), backoff });
  const city = port.open("city", will);
  const unit = port.open("lamp-1", { ...will, topic: "plinth/north/lamp-1/status" });
  closers.push(
    () => unit.close(),
    () => city.close(),
    () => broker.close(),
  );
  const connected = (link: Link) =>
    new Promise<void>((resolve) => link.onState((now) => (now ? resolve() : undefined)));
  await Promise.all([connected(city), connected(unit)]);
  const ingest = new Ingest(city, async () => {});
  const receipt = new Promise<Receipt>((resolve) =>
    unit.subscribe("plinth/north/lamp-1/receipt", (message) => resolve(parse(message))),
  );
  // The retained marker comes back once the city's own subscription is active, which was asked for before.
  const active = new Promise<void>((resolve) => city.subscribe("plinth/north/marker", () => resolve()));
  await city.publish("plinth/north/marker", "x", { retain: true });
  await active;
  await unit.publish(topic, record(1));
  expect(await receipt).toEqual({ epoch: epochs[0], stored: [[1, 1]] });
  expect(ingest.tally("north/lamp-1").delivered).toBe(1);
});
