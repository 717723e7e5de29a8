import Board from "johnny-five/lib/board.js";
import { beforeEach, describe, expect, it } from "vitest";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Realm } from "./realm.ts";

const globals = () => [
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  Date.now,
  process.nextTick,
];

describe("a realm", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let realm: Realm;
  let seen: unknown[];

  beforeEach(() => {
    loop = new EventLoop();
    clock = new VirtualClock(loop);
    realm = new Realm(clock);
    seen = [];
  });

  const note = (...what: unknown[]) => void seen.push(...what, loop.now);

  it("runs timers, and what they start, on the Clock port", async () => {
    realm.run(() => {
      setTimeout(() => setTimeout(note, 30, "inner"), 20);
      setImmediate(note, "soon");
      const interval = setInterval(() => {
        note("tick");
        if (loop.now === 100) clearInterval(interval);
      }, 50);
      clearTimeout(setTimeout(note, 10, "cleared"));
      clearTimeout(undefined);
    });
    await loop.runUntil(500);
    expect(seen).toEqual(["soon", 1, "tick", 50, "inner", 50, "tick", 100]);
    expect(realm.pending).toBe(0);
  });

  it("lets resting intervals tick on their grid, once after each entry", async () => {
    const resting = new Realm(clock, "resting");
    let interval: ReturnType<typeof setInterval>;
    resting.run(() => {
      interval = setInterval(note, 100, "tick");
      setTimeout(note, 400, "timer");
    });
    loop.at(210, () => resting.run(() => note("pin")));
    loop.at(220, () => resting.run(() => note("pin")));
    loop.at(710, () => resting.run(() => clearInterval(interval)));
    await loop.runUntil(1_000);
    expect(seen).toEqual(["tick", 100, "pin", 210, "pin", 220, "tick", 300, "timer", 400, "tick", 400]);
    expect([resting.pending, loop.pending]).toEqual([0, 0]);
  });

  it("restores every global, even when what it runs throws", () => {
    const before = globals();
    expect(() =>
      realm.run(() => {
        expect(globals().map((value, index) => value === before[index])).toEqual(before.map(() => false));
        throw new Error("thrown inside");
      }),
    ).toThrow("thrown inside");
    expect(globals()).toEqual(before);
  });

  it("nests with others, and lets a call out again", () => {
    const before = globals();
    const other = new Realm(new VirtualClock(loop));
    realm.run(() => {
      const inside = globals();
      other.run(() => seen.push(globals()[0] === inside[0]));
      realm.run(() => seen.push(globals()[0] === inside[0]));
      realm.leave(() => seen.push(globals().every((value, index) => value === before[index])));
      seen.push(globals().every((value, index) => value === inside[index]));
    });
    realm.leave(() => seen.push(globals()[0] === before[0]));
    expect(seen).toEqual([false, true, true, true, true]);
    expect(globals()).toEqual(before);
  });

  it("tells the time of its clock, and comes back for the next tick", async () => {
    await loop.runUntil(1_234);
    await new Promise<void>((resolve) => {
      realm.run(() =>
        process.nextTick((word: string) => {
          seen.push(word, Date.now());
          resolve();
        }, "ticked"),
      );
    });
    expect(seen).toEqual(["ticked", 1_234]);
  });

  it("has a list of boards of its own", () => {
    const board = {} as Board;
    realm.run(() => Board.cache.push(board));
    expect(Board.cache).toEqual([]);
    realm.run(() => seen.push(...Board.cache));
    expect(seen).toEqual([board]);
    realm.close();
    realm.run(() => expect(Board.cache).toEqual([]));
  });

  it("fires nothing after close", async () => {
    realm.run(() => {
      setInterval(note, 10, "tick");
      process.nextTick(note, "next");
    });
    realm.close();
    await loop.runUntil(100);
    expect(seen).toEqual([]);
  });
});
