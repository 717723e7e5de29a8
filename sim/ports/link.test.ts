import { expect, it } from "vitest";
import { milliseconds, seconds } from "#devices/duration.ts";
import type { Link } from "#devices/ports/link.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "./clock.ts";
import { VirtualBroker, type VirtualBrokerSettings } from "./link.ts";

const noWill = { topic: "plinth/none", payload: "offline" };

/** A broker, a unit `a` with a will, and an observer that writes down everything; all connected. */
async function street(settings: VirtualBrokerSettings = {}) {
  const loop = new EventLoop();
  const clock = new VirtualClock(loop);
  const broker = new VirtualBroker(clock, settings);
  const run = (ms: number) => loop.runUntil(loop.now + ms);
  const a = broker.port().open("a", { topic: "plinth/a/status", payload: "offline" });
  const observer = broker.port().open("observer", noWill);
  const heard: string[] = [];
  observer.subscribe("plinth/#", ({ topic, payload }) =>
    heard.push(`${loop.now} ${topic} ${Buffer.from(payload)}`),
  );
  const publish = (link: Link, topic: string, payload = "x") => {
    const outcome = { state: "in flight", atMs: Number.NaN };
    link.publish(topic, payload).then(
      () => Object.assign(outcome, { state: "acknowledged", atMs: loop.now }),
      (error: Error) => Object.assign(outcome, { state: error.message.split(" ")[0], atMs: loop.now }),
    );
    return outcome;
  };
  await run(1_000);
  return { loop, clock, broker, a, observer, heard, run, publish };
}

it("takes one latency to the broker and one back, for CONNECT as for PUBLISH", async () => {
  const loop = new EventLoop();
  const broker = new VirtualBroker(new VirtualClock(loop), { latency: milliseconds(30) });
  const link = broker.port().open("a", noWill);
  await loop.runUntil(59);
  expect(link.connected).toBe(false);
  await loop.runUntil(60);
  expect(link.connected).toBe(true);
  let acknowledgedAtMs = 0;
  link.publish("plinth/x", "1").then(() => {
    acknowledgedAtMs = loop.now;
  });
  await loop.runUntil(1_000);
  expect(acknowledgedAtMs).toBe(120);
});

it("delivers before time moves on when there is no latency", async () => {
  const { loop, a, heard, run, publish } = await street({ latency: milliseconds(0) });
  const outcome = publish(a, "plinth/x");
  await run(0);
  expect(outcome).toEqual({ state: "acknowledged", atMs: loop.now });
  expect(heard).toEqual(["1000 plinth/x x"]);
});

it("loses a PUBACK: the message is there, its publisher waits until the connection ends", async () => {
  const { broker, a, heard, run, publish } = await street();
  broker.dropPuback(1);
  const [first, second] = [publish(a, "plinth/1"), publish(a, "plinth/2")];
  await run(60_000);
  expect([first.state, second.state]).toEqual(["in flight", "acknowledged"]);
  expect(heard).toEqual(["1040 plinth/1 x", "1040 plinth/2 x"]);
  broker.cut("a");
  await run(0);
  expect(first.state).toBe("not-ready");
});

it("duplicates as many messages as asked", async () => {
  const { broker, a, heard, run, publish } = await street();
  broker.duplicate(1);
  publish(a, "plinth/1");
  publish(a, "plinth/2");
  await run(100);
  expect(heard).toEqual(["1040 plinth/1 x", "1040 plinth/1 x", "1040 plinth/2 x"]);
});

it("cuts one client: what was on its way is lost, the will comes, the others notice nothing", async () => {
  const { broker, a, observer, heard, run, publish } = await street();
  const outcome = publish(a, "plinth/1");
  await run(10);
  expect(broker.cut("a")).toBe(true);
  expect(broker.cut("a")).toBe(false);
  expect([a.connected, observer.connected]).toEqual([false, true]);
  await run(200);
  expect(outcome.state).toBe("not-ready");
  expect(heard).toEqual(["1030 plinth/a/status offline"]);
  await run(60_000);
  expect(broker.clients).toEqual(["observer", "a"]);
});

it("cuts between message and PUBACK: it was delivered, and failed all the same", async () => {
  const { broker, a, heard, run, publish } = await street();
  const outcome = publish(a, "plinth/1");
  await run(30);
  broker.cut("a");
  await run(100);
  expect(outcome).toEqual({ state: "not-ready", atMs: 1_030 });
  expect(heard).toEqual(["1040 plinth/1 x", "1050 plinth/a/status offline"]);
});

it("stays away until it is started, and everybody comes back within the cap of the back-off", async () => {
  const { broker, a, observer, run, publish } = await street();
  broker.stop();
  expect([a.connected, observer.connected]).toEqual([false, false]);
  const outcome = publish(a, "plinth/1");
  await run(3_600_000);
  expect([a.connected, outcome.state]).toEqual([false, "not-ready"]);
  broker.start();
  await run(60_000 + 40);
  expect([a.connected, observer.connected]).toEqual([true, true]);
});

it("stalls: nothing is answered; resumed, it works off what came in", async () => {
  const { broker, a, heard, run, publish } = await street();
  broker.stall();
  broker.stall();
  const outcome = publish(a, "plinth/1");
  await run(10_000);
  expect([outcome.state, heard, a.connected]).toEqual(["in flight", [], true]);
  broker.resume();
  await run(100);
  expect(outcome.state).toBe("acknowledged");
  expect(heard).toEqual(["11020 plinth/1 x"]);
});

it("stalls longer than clients wait: they give up after one and a half keep-alive periods, and come back", async () => {
  const { broker, a, heard, run, publish } = await street({ keepalive: seconds(30) });
  broker.stall();
  const outcome = publish(a, "plinth/1");
  await run(45_000);
  expect(outcome).toEqual({ state: "not-ready", atMs: 46_000 });
  await run(600_000);
  expect(a.connected).toBe(false);
  expect(heard).toEqual([]);
  broker.resume();
  await run(120_000);
  expect(a.connected).toBe(true);
  expect(broker.routed).toBeGreaterThanOrEqual(2);
});

it("starts its back-off afresh once a connection has lasted", async () => {
  const { broker, a, run } = await street();
  broker.stop();
  await run(3_600_000);
  broker.start();
  await run(90_000);
  for (let outage = 0; outage < 20; outage++) {
    broker.cut("a");
    await run(1_000 + 40);
    expect(a.connected).toBe(true);
    await run(10_000);
  }
});

it("gives up an attempt that a stalled broker never answered", async () => {
  const { broker, run } = await street();
  broker.stall();
  const late = broker.port().open("b", noWill);
  await run(5_000);
  broker.stop();
  broker.start();
  await run(30_000);
  expect(late.connected).toBe(true);
});

it("delivers nothing to a client that closed while the message was on its last way", async () => {
  const { a, observer, heard, run, publish } = await street();
  publish(a, "plinth/1");
  await run(30);
  await observer.close();
  await run(100);
  expect(heard).toEqual([]);
});

it("never reconnects on a clock that was halted: the unit is dead", async () => {
  const { broker, loop, run } = await street();
  const clock = new VirtualClock(loop);
  const unit = broker.port({ clock }).open("b", noWill);
  await run(100);
  expect(unit.connected).toBe(true);
  clock.halt();
  broker.cut("b");
  await run(3_600_000);
  expect(broker.clients).not.toContain("b");
});

it("does the same twice", async () => {
  const history = async () => {
    const { broker, a, heard, run, publish } = await street();
    for (let round = 0; round < 20; round++) {
      publish(a, `plinth/${round}`);
      if (round === 5) broker.duplicate(2);
      if (round === 8) broker.stop();
      if (round === 9) broker.start();
      if (round === 12) broker.cut("a");
      await run(700);
    }
    return heard;
  };
  const first = await history();
  expect(first.length).toBeGreaterThan(5);
  expect(await history()).toEqual(first);
});

it("brings each message to its subscribers only, in a city of thousands", async () => {
  const loop = new EventLoop();
  const broker = new VirtualBroker(new VirtualClock(loop));
  const port = broker.port();
  const units = Array.from({ length: 2_000 }, (_, index) => port.open(`unit-${index}`, noWill));
  const heard = new Map<number, string[]>();
  for (const [index, unit] of units.entries())
    unit.subscribe(`plinth/north/unit-${index}/command`, ({ payload }) =>
      heard.set(index, [...(heard.get(index) ?? []), Buffer.from(payload).toString()]),
    );
  const city = port.open("city", noWill);
  const received: string[] = [];
  city.subscribe("plinth/+/+/record/+", ({ topic }) => received.push(topic));
  await loop.runUntil(1_000);
  for (const [index, unit] of units.entries()) {
    unit.publish(`plinth/north/unit-${index}/record/meter`, "1");
    city.publish(`plinth/north/unit-${index}/command`, `to ${index}`);
  }
  await loop.runUntil(2_000);
  expect(new Set(received).size).toBe(units.length);
  expect(received).toHaveLength(units.length);
  expect(heard.size).toBe(units.length);
  for (const [index, messages] of heard) expect(messages).toEqual([`to ${index}`]);
});
