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
  const alarm = async () => (await keeper.save("alarm", "alarm")).file;
  const request = async () => (await keeper.save("request", "request")).file;
  return { loop, medium, keeper, troubles, whys, alarm, request };
}

it("keeps the newest few, and leaves other files alone", async () => {
  const { medium, keeper, alarm } = setUp();
  medium.replace("settings", Uint8Array.of(1));
  medium.replace("record-000009-0007.flight", Uint8Array.of(1));
  expect(await alarm()).toBe("record-000012-0001.flight");
  for (let count = 0; count < 4; count++) await alarm();
  expect(medium.names()).toEqual([
    "record-000012-0003.flight",
    "record-000012-0004.flight",
    "record-000012-0005.flight",
    "settings",
  ]);
  expect(await keeper.names()).toEqual(medium.names().slice(0, 3));
  expect(await keeper.read("record-000012-0004.flight")).toEqual(new Uint8Array(1_000).fill(4));
  expect(await keeper.read("record-000012-0001.flight")).toBeUndefined();
  expect(await keeper.read("settings")).toBeUndefined();
});

it("lets nobody ask the records of alarms away: those on request are half of all at most", async () => {
  const { medium, alarm, request } = setUp(4);
  for (let count = 0; count < 4; count++) await alarm();
  for (let count = 0; count < 9; count++) await request();
  expect(medium.names()).toEqual([
    ...["record-000012-0003.flight", "record-000012-0004.flight"],
    ...["record-000012-0012-request.flight", "record-000012-0013-request.flight"],
  ]);
  for (let count = 0; count < 3; count++) await alarm();
  expect(medium.names()).toEqual([
    ...["record-000012-0013-request.flight", "record-000012-0014.flight"],
    ...["record-000012-0015.flight", "record-000012-0016.flight"],
  ]);
});

it.each([1, 2, 3, 4, 7])("never keeps more than the %d that it may", async (files) => {
  const { medium, alarm, request } = setUp(files);
  for (const next of [request, alarm, alarm, request, request, alarm, request, request, alarm]) {
    const made = await next();
    expect(medium.names()).toContain(made);
    expect(medium.names().length).toBeLessThanOrEqual(files);
  }
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
  const { medium, troubles, alarm } = setUp();
  const first = await alarm();
  medium.fill(10);
  await expect(alarm()).rejects.toThrow("no space is left");
  expect(troubles).toEqual([
    "the flight record is not kept: replace record-000012-0002.flight: no space is left: free some, or give the store a larger partition",
  ]);
  expect(medium.names()).toEqual([first]);
  medium.fill(10_000);
  expect(await alarm()).toBe("record-000012-0003.flight");
});

it("tells of a medium that cannot even be listed, and goes on", async () => {
  const { medium, troubles, alarm } = setUp();
  medium.readOnly();
  await expect(alarm()).rejects.toThrow("read-only");
  expect(troubles[0]).toContain(new StoreError("read-only", "record-000012-0001.flight", "replace").message);
  medium.readOnly(false);
  expect(await alarm()).toBeDefined();
});
