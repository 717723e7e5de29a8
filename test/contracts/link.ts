import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortError } from "#devices/ports/error.ts";
import type { Link, LinkPort, Message, Will } from "#devices/ports/link.ts";

/** A link port, the broker behind it, and a way to let time pass until something holds. */
export interface LinkBench {
  readonly port: LinkPort;
  /** Broker away, and back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends this client's connection without DISCONNECT. */
  cut(clientId: string): boolean;
  /** Lets time pass until `condition` holds. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const will: Will = { topic: "plinth/test/a/status", payload: "offline" };
const noWill: Will = { topic: "elsewhere/status", payload: "offline" };
const text = (message: Message) => Buffer.from(message.payload).toString();
const outcome = (work: Promise<void>) =>
  work.then(
    () => "acknowledged",
    (error: unknown) => error,
  );

/** What `devices/ports/link.ts` promises, held against one implementation. */
export function linkContract(name: string, make: () => Promise<LinkBench>): void {
  describe(`${name} keeps the link contract`, () => {
    let bench: LinkBench;
    let links: Link[];

    const open = (clientId: string, last = noWill) => {
      const link = bench.port.open(clientId, last);
      links.push(link);
      return link;
    };
    const online = async (clientId: string, last = noWill) => {
      const link = open(clientId, last);
      await bench.until(() => link.connected);
      return link;
    };
    /** Hears everything below plinth/test, from a client of its own; ready when its subscription is active. */
    const observer = async () => {
      const link = await online("observer");
      const heard: string[] = [];
      link.subscribe("plinth/test/#", (message) => heard.push(`${message.topic} ${text(message)}`));
      await arrived(link, "plinth/test/ready", heard);
      return heard;
    };
    /** Publishes, and waits until it was heard; what arrived before stays in `heard`. */
    const arrived = async (link: Link, topic: string, heard: string[]) => {
      const marker = `${topic} now`;
      link.publish(topic, "now").catch(() => {});
      await bench.until(() => heard.includes(marker));
      heard.splice(heard.indexOf(marker), 1);
    };
    /** Settles `work` while time passes. */
    const settle = async (work: Promise<void>) => {
      let result: unknown;
      outcome(work).then((value) => {
        result = value;
      });
      await bench.until(() => result !== undefined);
      return result;
    };

    beforeEach(async () => {
      links = [];
      bench = await make();
    });
    afterEach(async () => {
      await Promise.all(links.map((link) => link.close()));
      await bench.close();
    });

    it("tells the state at once, then each change", async () => {
      const link = open("a");
      const states: boolean[] = [];
      link.onState((connected) => states.push(connected));
      expect(states).toEqual([false]);
      await bench.until(() => link.connected);
      await bench.stop();
      await bench.until(() => !link.connected);
      await bench.start();
      await bench.until(() => link.connected);
      expect(states).toEqual([false, true, false, true]);
    });

    it("tells no more to a state listener that was cancelled", async () => {
      const link = open("a");
      const states: boolean[] = [];
      link.onState((connected) => states.push(connected))();
      await bench.until(() => link.connected);
      expect(states).toEqual([false]);
    });

    it("resolves a publication when the broker has it, and brings it to others with the retain flag clear", async () => {
      const heard: Message[] = [];
      const b = await online("b");
      b.subscribe("plinth/test/a/record/+", (message) => heard.push(message));
      const a = await online("a");
      expect(await settle(a.publish("plinth/test/a/record/state", "41 °C", { retain: true }))).toBe(
        "acknowledged",
      );
      await bench.until(() => heard.length > 0);
      expect(heard.map(text)).toEqual(["41 °C"]);
      expect(heard[0]).toMatchObject({ topic: "plinth/test/a/record/state", retain: false });
    });

    it("refuses to publish while offline, at once, and never sends it later", async () => {
      const heard = await observer();
      const a = open("a");
      expect(a.connected).toBe(false);
      const refused = await outcome(a.publish("plinth/test/early", "x"));
      expect(refused).toBeInstanceOf(PortError);
      expect(refused).toMatchObject({ kind: "not-ready" });
      await bench.until(() => a.connected);
      await arrived(a, "plinth/test/marker", heard);
      expect(heard).toEqual([]);
    });

    it("fails what is in flight when the connection ends, and does not send it again by itself", async () => {
      const a = await online("a");
      const outcomes = Array.from({ length: 20 }, (_, index) =>
        outcome(a.publish("plinth/test/n", `${index}`)),
      );
      await bench.stop();
      await bench.until(() => !a.connected);
      for (const result of await Promise.all(outcomes)) expect(result).toMatchObject({ kind: "not-ready" });
      await bench.start();
      const heard = await observer();
      await bench.until(() => a.connected);
      await arrived(a, "plinth/test/marker", heard);
      expect(heard).toEqual([]);
    });

    it("keeps subscriptions over a broker restart, also those made while offline", async () => {
      const heard: string[] = [];
      const b = await online("b");
      b.subscribe("plinth/test/first", (message) => heard.push(text(message)));
      await bench.stop();
      await bench.until(() => !b.connected);
      b.subscribe("plinth/test/second", (message) => heard.push(text(message)));
      await bench.start();
      await bench.until(() => b.connected);
      await settle(b.publish("plinth/test/first", "1"));
      await settle(b.publish("plinth/test/second", "2"));
      await bench.until(() => heard.length === 2);
      expect(heard).toEqual(["1", "2"]);
    });

    it("delivers retained messages to a new subscription, marked, and forgets one that is emptied", async () => {
      const a = await online("a");
      await settle(a.publish("plinth/test/kept", "old", { retain: true }));
      await settle(a.publish("plinth/test/kept", "new", { retain: true }));
      await settle(a.publish("plinth/test/gone", "x", { retain: true }));
      await settle(a.publish("plinth/test/gone", "", { retain: true }));
      await settle(a.publish("plinth/test/passing", "x"));
      const heard: Message[] = [];
      const b = await online("b");
      b.subscribe("plinth/test/+", (message) => heard.push(message));
      await bench.until(() => heard.length > 0);
      await settle(a.publish("plinth/test/marker", "now"));
      await bench.until(() => heard.some((message) => message.topic.endsWith("marker")));
      expect(heard.map((message) => [message.topic, text(message), message.retain])).toEqual([
        ["plinth/test/kept", "new", true],
        ["plinth/test/marker", "now", false],
      ]);
    });

    it("keeps what the broker retains while the broker is away", async () => {
      const a = await online("a");
      await settle(a.publish("plinth/test/kept", "still here", { retain: true }));
      await bench.stop();
      await bench.start();
      const heard: string[] = [];
      const b = await online("b");
      b.subscribe("plinth/test/kept", (message) => heard.push(text(message)));
      await bench.until(() => heard.length > 0);
      expect(heard).toEqual(["still here"]);
    });

    it("has the broker publish the will, retained, when the connection ends without close", async () => {
      const heard = await observer();
      const a = await online("a", will);
      expect(bench.cut("a")).toBe(true);
      await bench.until(() => heard.length > 0);
      expect(heard).toEqual(["plinth/test/a/status offline"]);
      const retained: boolean[] = [];
      await bench.until(() => a.connected);
      a.subscribe(will.topic, (message) => retained.push(message.retain));
      await bench.until(() => retained.length > 0);
      expect(retained).toEqual([true]);
    });

    it("closes without the will and without a word of its own", async () => {
      const heard = await observer();
      const a = await online("a", will);
      const states: boolean[] = [];
      a.onState((connected) => states.push(connected));
      await a.close();
      expect(a.connected).toBe(false);
      expect(states).toEqual([true, false]);
      expect(await outcome(a.publish("plinth/test/late", "x"))).toMatchObject({ kind: "not-ready" });
      await a.close();
      await arrived(await online("b"), "plinth/test/marker", heard);
      expect(heard).toEqual([]);
      expect(bench.cut("a")).toBe(false);
    });

    it("hears nothing any more once it is closed, also not what was on its way", async () => {
      const a = await online("a");
      const heard: string[] = [];
      a.subscribe("plinth/test/+", (message) => heard.push(text(message)));
      await settle(a.publish("plinth/test/x", "before"));
      await bench.until(() => heard.length > 0);
      const b = await online("b");
      const sent = b.publish("plinth/test/x", "after");
      await a.close();
      await settle(sent);
      await settle(b.publish("plinth/test/x", "later"));
      expect(heard).toEqual(["before"]);
      expect(() => a.subscribe("plinth/#", () => {})()).not.toThrow();
    });

    it("fails what is in flight when it is closed, and still leaves in order", async () => {
      const heard = await observer();
      const a = await online("a", will);
      const late = outcome(a.publish("plinth/test/last", "x"));
      await a.close();
      expect(await late).toMatchObject({ kind: "not-ready" });
      await arrived(await online("b"), "plinth/test/marker", heard);
      expect(heard).not.toContain("plinth/test/a/status offline");
    });

    it("may be closed before it ever connected", async () => {
      await bench.stop();
      const a = open("a");
      await a.close();
      expect(a.connected).toBe(false);
      await bench.start();
    });

    it("brings each message to every listener whose filter matches, until it is cancelled", async () => {
      const a = await online("a");
      const heard = { exact: [] as string[], plus: [] as string[], hash: [] as string[] };
      const cancel = a.subscribe("plinth/test/x", (message) => heard.exact.push(text(message)));
      a.subscribe("plinth/+/x", (message) => heard.plus.push(text(message)));
      a.subscribe("plinth/#", (message) => heard.hash.push(text(message)));
      await settle(a.publish("plinth/test/x", "1"));
      await bench.until(() => Object.values(heard).every((messages) => messages.length > 0));
      cancel();
      cancel();
      await settle(a.publish("plinth/test/x", "2"));
      await bench.until(() => heard.plus.includes("2") && heard.hash.includes("2"));
      expect(new Set(heard.exact)).toEqual(new Set(["1"]));
      expect(new Set(heard.plus)).toEqual(new Set(["1", "2"]));
    });

    it("keeps the order in which one client publishes to one topic", async () => {
      const heard = await observer();
      const a = await online("a");
      const sent = Array.from({ length: 50 }, (_, index) => `plinth/test/n ${index}`);
      const results = Promise.all(sent.map((_, index) => a.publish("plinth/test/n", `${index}`))).then(
        () => {},
      );
      expect(await settle(results)).toBe("acknowledged");
      await bench.until(() => heard.length === sent.length);
      expect(heard).toEqual(sent);
    });

    it.each([
      ["an empty topic", ""],
      ["+", "plinth/+/x"],
      ["#", "plinth/#"],
      ["U+0000", "a\u0000b"],
      ["half a character", "a\ud800"],
    ])("refuses to publish to %s", async (_what, topic) => {
      const a = await online("a");
      expect(await outcome(a.publish(topic, "x"))).toBeInstanceOf(RangeError);
      expect(a.connected).toBe(true);
    });

    it.each(["", "a/#/b", "a/b#", "a/b+", "+a/b", "a\u0000"])(
      "refuses to subscribe to %j",
      async (filter) => {
        const a = open("a");
        expect(() => a.subscribe(filter, () => {})).toThrow(RangeError);
      },
    );

    it("refuses a will on a wildcard", () => {
      expect(() => bench.port.open("a", { topic: "plinth/+", payload: "x" })).toThrow(RangeError);
    });

    it("hands the connection to the newer of two clients of one name, and publishes the older one's will", async () => {
      const heard = await observer();
      const older = await online("a", will);
      const states: boolean[] = [];
      older.onState((connected) => states.push(connected));
      const newer = open("a", noWill);
      await bench.until(() => states.length > 1);
      await older.close();
      await bench.until(() => newer.connected && heard.length > 0);
      expect(heard[0]).toBe("plinth/test/a/status offline");
    });
  });
}
