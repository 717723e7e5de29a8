import { afterEach, expect, it } from "vitest";
import { EventLoop } from "../loop.ts";
import { Stride } from "./stride.ts";

const open: Stride[] = [];
afterEach(async () => {
  for (const stride of open.splice(0)) await stride.end();
});

/** A street's time from 1,000 ms on, on a real clock that goes on by 10 ms at each look. */
function begun(speed: number) {
  const loop = new EventLoop(1_000);
  let realMs = 0;
  const stride = new Stride(loop, speed, () => {
    realMs += 10;
    return realMs;
  });
  stride.begin();
  open.push(stride);
  return { loop, stride };
}

it("stops at the end of a journey to the millisecond, and what is due there has run", async () => {
  const { loop, stride } = begun(0);
  const ran: number[] = [];
  for (const atMs of [1_500, 2_000, 2_000.5]) loop.at(atMs, () => ran.push(loop.now));
  expect(await stride.travel(2_000)).toBe(true);
  expect([loop.now, ran]).toEqual([2_000, [1_500, 2_000]]);
  expect(stride.destinationMs).toBeUndefined();
});

it("lets happen what happens on the way, each after what is due at its instant", async () => {
  const { loop, stride } = begun(0);
  const told: string[] = [];
  loop.at(1_200.25, () => told.push("timer"));
  const deed = (atMs: number, name: string) => ({ atMs, run: () => told.push(`${name} at ${loop.now}`) });
  await stride.travel(1_300, [deed(1_200.25, "first"), deed(1_200.25, "second"), deed(1_300, "last")]);
  expect(told).toEqual(["timer", "first at 1200.25", "second at 1200.25", "last at 1300"]);
});

it("finishes an instant first, however many of the machine's turns that takes", async () => {
  const { loop, stride } = begun(0);
  const told: string[] = [];
  // Each sets the next in motion at the same instant, by a promise: more of them than one turn has time for.
  const chain = async (atMs: number) => {
    for (let link = 0; link < 10; link++) await new Promise<void>((resolve) => void loop.at(atMs, resolve));
    told.push(`chain at ${loop.now}`);
  };
  void chain(1_200);
  void chain(1_300);
  await stride.travel(1_300, [{ atMs: 1_200, run: () => told.push("deed") }]);
  expect(told).toEqual(["chain at 1200", "deed", "chain at 1300"]);
});

it("ends where it is when it is cancelled, and what was still to happen does not", async () => {
  const { loop, stride } = begun(0);
  const told: string[] = [];
  const work = () => void loop.at(loop.now + 1, work);
  work();
  loop.at(1_100, () => stride.cancel());
  const isThere = await stride.travel(1e12, [{ atMs: 5e11, run: () => told.push("too late") }]);
  expect([isThere, told]).toEqual([false, []]);
  expect(loop.now).toBeLessThan(5e11);
});

it("says the speed that is reached only where it falls behind", async () => {
  const { loop, stride } = begun(2);
  await expect.poll(() => loop.now, { timeout: 10_000 }).toBeGreaterThan(6_000);
  expect(stride.reached).toBeUndefined();
  stride.speed = 1_000;
  const work = () => void loop.at(loop.now + 0.1, work);
  work();
  await expect.poll(() => stride.reached, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(stride.reached!).toBeLessThan(900);
});
