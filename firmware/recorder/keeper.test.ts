import { expect, it } from "vitest";
import { StoreError } from "#devices/ports/store.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { Keeper } from "./keeper.ts";

function setUp(files = 3, bytes = 1_000) {
  const loop = new EventLoop();
  const medium = new VirtualStore();
  const troubles: string[] = [];
  const whys: string[] = [];
  const source = {
    boot: 12,
    pack: async (why: string) => {
      whys.push(why);
      return new Uint8Array(bytes).fill(whys.length);
    },
  };
  const keeper = new Keeper(medium.mount(), new VirtualClock(loop), files, source, (what) =>
    troubles.push(what),
  );
  return { loop, medium, keeper, troubles, whys };
}

it("keeps the newest few, and leaves other files alone", async () => {
  const { medium, keeper } = setUp();
  medium.replace("settings", Uint8Array.of(1));
  medium.replace("record-000009-0007.flight", Uint8Array.of(1));
  expect(await keeper.save("request")).toBe("record-000012-0001.flight");
  for (let count = 0; count < 4; count++) await keeper.save("request");
  expect(medium.names()).toEqual([
    "record-000012-0003.flight",
    "record-000012-0004.flight",
    "record-000012-0005.flight",
    "settings",
  ]);
});

it("writes one record for alarms that come together, with what follows, and none for a while", async () => {
  const { loop, keeper, whys } = setUp();
  keeper.alarmed("lampFault");
  keeper.alarmed("doorOpen");
  await loop.runUntil(9_999);
  expect(whys).toEqual([]);
  await loop.runUntil(10_000);
  expect(whys).toEqual(["alarm lampFault"]);
  keeper.alarmed("doorOpen");
  await loop.runUntil(600_000);
  expect(whys).toHaveLength(1);
  await loop.runUntil(610_000);
  keeper.alarmed("doorOpen");
  await loop.runUntil(620_000);
  expect(whys).toEqual(["alarm lampFault", "alarm doorOpen"]);
});

it("tells of a medium that is full, and keeps the older records whole", async () => {
  const { medium, keeper, troubles } = setUp();
  const first = await keeper.save("request");
  medium.fill(10);
  expect(await keeper.save("request")).toBeUndefined();
  expect(troubles).toEqual([
    "the flight record is not kept: replace record-000012-0002.flight: no space is left: free some, or give the store a larger partition",
  ]);
  expect(medium.names()).toEqual([first]);
  medium.fill(10_000);
  expect(await keeper.save("request")).toBe("record-000012-0003.flight");
});

it("tells of a medium that cannot even be listed, and goes on", async () => {
  const { keeper, medium, troubles } = setUp();
  medium.readOnly();
  expect(await keeper.save("request")).toBeUndefined();
  expect(troubles[0]).toContain(new StoreError("read-only", "record-000012-0001.flight", "replace").message);
  medium.readOnly(false);
  expect(await keeper.save("request")).toBeDefined();
});
