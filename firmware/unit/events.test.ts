import * as Type from "@sinclair/typebox";
import { beforeEach, describe, expect, it } from "vitest";
import { type ChainedEvent, chainFlaws } from "#devices/chain.ts";
import type { EventKind, RecordClass } from "#devices/furniture/vocabulary.ts";
import type { RecordBody } from "#devices/wire.ts";
import { type KeptChains, sha256 } from "./chains.ts";
import { Events } from "./events.ts";

const declared: Readonly<Record<string, EventKind>> = {
  visit: { title: "", recordClass: "event", fields: { seconds: Type.Number() } },
  session: { title: "", recordClass: "meter", chained: true, fields: { energy: Type.Number() } },
};

describe("a unit's events", () => {
  let told: (readonly [RecordClass, RecordBody])[];
  let troubles: string[];
  /** What was on the medium when each record was made. */
  let keptBefore: KeptChains[];
  let medium: KeptChains;
  let isDurable: boolean;
  let isKept: boolean;

  const eventsFrom = (chains: KeptChains) => {
    const events: Events = new Events(declared, "park/bench-01", chains, {
      keep: async () => {
        const image = structuredClone(events.saveChains());
        // A medium takes its time.
        for (let turn = 0; turn < 20; turn++) await undefined;
        if (isKept) medium = image;
        return isKept;
      },
      tell: async (recordClass, body) => {
        keptBefore.push(medium);
        if (isDurable) told.push([recordClass, body]);
        return isDurable;
      },
      onTrouble: (what) => troubles.push(what),
    });
    return events;
  };
  const links = () => told.map(([, body]) => body as unknown as ChainedEvent);

  beforeEach(() => {
    told = [];
    troubles = [];
    keptBefore = [];
    medium = {};
    isDurable = true;
    isKept = true;
  });

  it("become records of their class", async () => {
    const events = eventsFrom({});
    events.happened({ event: "visit", fields: { seconds: 12 } });
    await events.settled();
    expect(told).toEqual([["event", { type: "event", name: "visit", fields: { seconds: 12 } }]]);
    expect(troubles).toEqual([]);
  });

  it("never let out a field that is not declared, nor an event", async () => {
    const events = eventsFrom({});
    events.happened({ event: "visit", fields: { seconds: 12, face: "round" } });
    events.happened({ event: "gossip", fields: {} });
    await events.settled();
    expect(told).toEqual([["event", { type: "event", name: "visit", fields: { seconds: 12 } }]]);
    expect(troubles).toEqual([
      "event visit: face is not known; expected one of seconds",
      "event gossip is not declared",
    ]);
  });

  it("are chained, each link kept before its record is made", async () => {
    const events = eventsFrom({});
    for (const energy of [1, 2, 3]) events.happened({ event: "session", fields: { energy } });
    await events.settled();
    expect(links().map(({ chain }) => chain.number)).toEqual([1, 2, 3]);
    expect(chainFlaws("park/bench-01", links(), sha256)).toEqual([]);
    keptBefore.forEach((kept, index) => {
      expect(kept.session?.number).toBeGreaterThanOrEqual(index + 1);
    });
  });

  it("go on where the last life ended, and tell again what may not have been told", async () => {
    const before = eventsFrom({});
    before.happened({ event: "session", fields: { energy: 1 } });
    await before.settled();
    isDurable = false;
    before.happened({ event: "session", fields: { energy: 2 } });
    await before.settled();
    isDurable = true;
    const after = eventsFrom(medium);
    after.resume();
    after.happened({ event: "session", fields: { energy: 3 } });
    await after.settled();
    const energies = links().map(({ fields }) => fields.energy);
    expect(energies).toEqual(expect.arrayContaining([1, 2, 3]));
    expect(energies.at(-1)).toBe(3);
    expect(chainFlaws("park/bench-01", links(), sha256)).toEqual([]);
  });

  it("give no number twice when the power fails between keeping and telling", async () => {
    const before = eventsFrom({});
    before.happened({ event: "session", fields: { energy: 1 } });
    // Kept; and the power fails before the record is made.
    const image = structuredClone(before.saveChains());
    await before.settled();
    told = [];
    const after = eventsFrom(image);
    after.resume();
    after.happened({ event: "session", fields: { energy: 2 } });
    await after.settled();
    expect(links().map(({ chain, fields }) => [chain.number, fields.energy])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it("tell again only what an earlier life owes, not what happened before they were asked to", async () => {
    const before = eventsFrom({});
    before.happened({ event: "session", fields: { energy: 1 } });
    const image = structuredClone(before.saveChains());
    await before.settled();
    told = [];
    const after = eventsFrom(image);
    after.happened({ event: "session", fields: { energy: 2 } });
    after.resume();
    await after.settled();
    expect(
      links()
        .map(({ chain }) => chain.number)
        .sort(),
    ).toEqual([1, 2]);
  });

  it("are kept once more when they were told: the next life owes nothing", async () => {
    const events = eventsFrom({});
    events.happened({ event: "session", fields: { energy: 1 } });
    await events.settled();
    for (let turn = 0; turn < 30; turn++) await undefined;
    expect(medium.session).toMatchObject({ number: 1, untold: [] });
  });

  it("are told when the outbox takes records again, in this very life", async () => {
    isDurable = false;
    const events = eventsFrom({});
    events.happened({ event: "session", fields: { energy: 1 } });
    await events.settled();
    events.resume();
    await events.settled();
    isDurable = true;
    events.resume();
    events.resume();
    await events.settled();
    expect(links().map(({ chain }) => chain.number)).toEqual([1]);
    expect(events.saveChains().session).toMatchObject({ untold: [] });
  });

  it("are held back while they cannot be kept: no restart contradicts what was told", async () => {
    const before = eventsFrom({});
    before.happened({ event: "session", fields: { energy: 1 } });
    await before.settled();
    isKept = false;
    for (const energy of [2, 3]) before.happened({ event: "session", fields: { energy } });
    before.happened({ event: "visit", fields: { seconds: 5 } });
    before.resume();
    await before.settled();
    // What is not chained is told all the same.
    expect(told.map(([, { type, ...body }]) => [type, "chain" in body])).toEqual([
      ["event", true],
      ["event", false],
    ]);
    const lived = { chains: structuredClone(medium), told: [...told] };
    isKept = true;
    before.resume();
    await before.settled();
    const sessions = () => links().filter(({ name }) => name === "session");
    expect(sessions().map(({ fields }) => fields.energy)).toEqual([1, 2, 3]);
    expect(chainFlaws("park/bench-01", sessions(), sha256)).toEqual([]);
    // Or the power fails before it can be kept: the numbers are given anew, and nobody has seen them before.
    told = lived.told;
    const after = eventsFrom(lived.chains);
    after.resume();
    after.happened({ event: "session", fields: { energy: 4 } });
    await after.settled();
    expect(chainFlaws("park/bench-01", sessions(), sha256)).toEqual([]);
  });

  it("go on after one that could not be told", async () => {
    const events = eventsFrom({});
    const { push } = keptBefore;
    keptBefore.push = () => {
      keptBefore.push = push;
      throw new Error("the journal is closed");
    };
    for (const seconds of [1, 2]) events.happened({ event: "visit", fields: { seconds } });
    await events.settled();
    expect(told.map(([, body]) => (body as unknown as ChainedEvent).fields)).toEqual([{ seconds: 2 }]);
    expect(troubles).toEqual(["visit: the journal is closed"]);
  });
});
