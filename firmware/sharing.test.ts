import { beforeEach, describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Link } from "#devices/ports/link.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { Samples } from "./edge/samples.ts";
import { Sharing } from "./sharing.ts";

/** As the streetlight declares it. */
const timeToLiveMs = 60_000;

describe("sharing", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let broker: VirtualBroker;

  beforeEach(async () => {
    loop = new EventLoop(Date.UTC(2026, 0, 10));
    clock = new VirtualClock(loop);
    broker = new VirtualBroker(clock);
  });

  const pass = (ms: number) => loop.runUntil(loop.now + ms);
  const link = (id: string) => broker.port().open(id, { topic: `plinth/x/${id}/status`, payload: "offline" });

  /** A lamp of the street, as far as it shares its presence. */
  function lamp(unit: string) {
    const samples = new Samples(clock, 1, sourcesOf(streetlight));
    const own = link(unit);
    const sharing = new Sharing(streetlight.shared, samples, clock, own, { site: "pier", unit });
    return {
      sharing,
      link: own as Link,
      see: (value: number, quality: "good" | "suspect" | "bad" = "good") =>
        samples.put("presence.occupied", value, quality),
      hears: () => samples.latest("neighbours.presence")?.value,
    };
  }

  /** Two lamps; the second listens to the first. */
  async function pair() {
    const [first, second] = [lamp("a"), lamp("b")];
    second.sharing.listen(["a"]);
    await pass(1_000);
    return [first, second] as const;
  }

  it("asks the broker for its neighbours on its own site, one by one, and for nobody else", async () => {
    const filters: string[] = [];
    const asked = link("b");
    const subscribe = asked.subscribe.bind(asked);
    asked.subscribe = (filter, heard) => {
      filters.push(filter);
      return subscribe(filter, heard);
    };
    const samples = new Samples(clock, 1, sourcesOf(streetlight));
    const sharing = new Sharing(streetlight.shared, samples, clock, asked, { site: "pier", unit: "b" });
    expect(filters).toEqual([]);
    sharing.listen(["a", "c"]);
    sharing.listen(["c", "a"]);
    expect(filters).toEqual(["plinth/pier/a/shared/presence", "plinth/pier/c/shared/presence"]);
    sharing.stop();
  });

  it("tells a neighbour at once, and for as long as it holds", async () => {
    const [a, b] = await pair();
    expect(b.hears()).toBe(0);
    a.see(1);
    await pass(100);
    expect(b.hears()).toBe(1);
    for (let round = 0; round < 10; round++) {
      await pass(timeToLiveMs / 2);
      expect(b.hears()).toBe(1);
    }
    a.see(0);
    await pass(100);
    expect(b.hears()).toBe(0);
    expect(a.hears()).toBeUndefined();
  });

  it("is forgotten in time when the neighbour dies", async () => {
    const [a, b] = await pair();
    a.see(1);
    await pass(100);
    a.sharing.stop();
    await pass(timeToLiveMs - 200);
    expect(b.hears()).toBe(1);
    await pass(200);
    expect(b.hears()).toBe(0);
    expect(loop.pending).toBe(0);
  });

  it("passes no doubt on: a blind sensor wakes nobody else", async () => {
    const [a, b] = await pair();
    a.see(1, "suspect");
    await pass(100);
    expect(b.hears()).toBe(0);
    a.see(1);
    await pass(100);
    a.see(1, "bad");
    await pass(100);
    expect(b.hears()).toBe(0);
  });

  it("sends what changed, and not every sample", async () => {
    const [a] = await pair();
    const before = broker.routed;
    for (let round = 0; round < 50; round++) a.see(0);
    a.see(1);
    for (let round = 0; round < 50; round++) a.see(1);
    await pass(1_000);
    expect(broker.routed - before).toBe(1);
  });

  it("tells it again when the link is back, and goes on refreshing", async () => {
    const [a, b] = await pair();
    broker.stop();
    await pass(100);
    a.see(1);
    await pass(1_000);
    expect(b.hears()).toBe(0);
    broker.start();
    await pass(70_000);
    expect(b.hears()).toBe(1);
    await pass(5 * timeToLiveMs);
    expect(b.hears()).toBe(1);
  });

  it("says the highest of several neighbours, and follows the list as it changes", async () => {
    const [a, b] = await pair();
    const c = lamp("c");
    b.sharing.listen(["a", "c"]);
    await pass(1_000);
    a.see(1);
    c.see(0);
    await pass(100);
    expect(b.hears()).toBe(1);
    c.see(1);
    await pass(100);
    a.see(0);
    await pass(100);
    expect(b.hears()).toBe(1);
    b.sharing.listen(["a"]);
    expect(b.hears()).toBe(0);
    await pass(timeToLiveMs);
    expect(b.hears()).toBe(0);
    b.sharing.listen(["c"]);
    await pass(timeToLiveMs);
    expect(b.hears()).toBe(1);
    b.sharing.listen([]);
    expect(b.hears()).toBe(0);
  });

  it.each([
    ["noise", "\u0000garbage"],
    ["a value beyond the quantity", '{"value":1e300,"timeToLive":60000}'],
    ["a negative value", '{"value":-1,"timeToLive":60000}'],
    ["no time to live", '{"value":1}'],
    ["a life without end", '{"value":1,"timeToLive":1e12}'],
    ["more than is shared", '{"value":1,"timeToLive":60000,"who":"me"}'],
    ["too much", `{"value":1,"timeToLive":60000${" ".repeat(300)}}`],
  ])("believes no %s", async (_, payload) => {
    const [a, b] = await pair();
    const published = a.link.publish("plinth/pier/a/shared/presence", payload);
    await pass(1_000);
    await published;
    expect(b.hears()).toBe(0);
  });

  it("believes nothing that a broker retained, and nobody who is no neighbour", async () => {
    const [a, b] = await pair();
    const told = '{"value":1,"timeToLive":60000}';
    const stranger = link("x");
    await pass(1_000);
    const published = [
      stranger.publish("plinth/pier/c/shared/presence", told, { retain: true }),
      stranger.publish("plinth/lane/a/shared/presence", told),
      a.link.publish("plinth/pier/a/shared/else", told),
    ];
    await pass(1_000);
    await Promise.all(published);
    b.sharing.listen(["a", "c"]);
    await pass(1_000);
    expect(b.hears()).toBe(0);
  });
});
