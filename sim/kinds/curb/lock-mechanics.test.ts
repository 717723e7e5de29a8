import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { LockMechanics, travelMs } from "./lock-mechanics.ts";

function rig(isCovered: (atMs: number) => boolean = () => false) {
  const loop = new EventLoop(0);
  let changes = 0;
  const lock = new LockMechanics(loop, isCovered, () => changes++);
  const pass = (ms: number) => loop.runUntil(loop.now + ms);
  return { loop, lock, pass, changes: () => changes };
}

describe("a ground lock", () => {
  it("goes up and down in its time, and stays where it is left", async () => {
    const { lock, pass } = rig();
    lock.drive(true, false);
    await pass(travelMs / 2);
    expect([lock.position, lock.isUp, lock.isDown]).toEqual([0.5, false, false]);
    lock.drive(false, false);
    await pass(10_000);
    expect(lock.position).toBe(0.5);
    lock.drive(false, true);
    await pass(travelMs / 2);
    expect(lock.isDown).toBe(true);
    expect([lock.rises, lock.reversals]).toEqual([1, 0]);
  });

  it("calls when it leaves a limit switch and when it reaches the other one", async () => {
    const { lock, pass, changes } = rig();
    lock.drive(true, false);
    const before = changes();
    await pass(travelMs);
    expect(changes() - before).toBe(2);
    expect(lock.isUp).toBe(true);
  });

  it("draws its stall current at the end of its way and where something holds it", async () => {
    const { lock, pass } = rig();
    lock.drive(true, false);
    await pass(1_000);
    expect(lock.motorA).toBeCloseTo(3.4, 9);
    lock.hold();
    expect(lock.motorA).toBe(13);
    await pass(1_000);
    lock.release();
    await pass(travelMs);
    expect([lock.isUp, lock.motorA]).toEqual([true, 13]);
    lock.drive(false, false);
    expect(lock.motorA).toBe(0);
  });

  it("does not move with both relays on, and counts a reversal at full drive", async () => {
    const { lock, pass } = rig();
    lock.drive(true, true);
    await pass(1_000);
    expect(lock.position).toBe(0);
    lock.drive(true, false);
    await pass(1_000);
    lock.drive(false, true);
    expect(lock.reversals).toBe(1);
  });

  it("counts the time for which it moves up under a vehicle, and not that at rest or going down", async () => {
    const { lock, pass } = rig((atMs) => atMs >= 1_000);
    lock.drive(true, false);
    await pass(2_000);
    lock.drive(false, false);
    await pass(5_000);
    lock.drive(false, true);
    await pass(1_000);
    expect(lock.riseUnderVehicleSeconds).toBeCloseTo(1, 1);
  });
});
