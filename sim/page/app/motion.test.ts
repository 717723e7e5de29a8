import { expect, it } from "vitest";
import { ScriptedStreet } from "#test/e2e/scripted-street.ts";
import type { Person } from "../../world/trajectory.ts";
import type { PageState } from "../view.ts";
import { Motion } from "./motion.ts";

const base = new ScriptedStreet({ at: "2026-11-17T22:41:00+01:00", lamps: 2, perHour: 0 }).state();
const walker: Person = { id: 4, kind: "pedestrian", xM: 10, yM: 4, velocityMps: 1.4, speedMps: 1.4 };
const stateAt = (nowMs: number, speed: number, people: readonly Person[] = []): PageState => ({
  ...base,
  nowMs,
  speed,
  people,
});

/** Ten messages a second and sixty frames, as in a browser; `look` after each frame. */
function play(
  motion: Motion,
  seconds: number,
  at: (realMs: number) => PageState,
  look: (realMs: number) => void,
) {
  for (let frame = 0; frame <= seconds * 60; frame++) {
    const realMs = (frame * 1_000) / 60;
    if (frame % 6 === 0) motion.hear(at(realMs), realMs);
    motion.advance(realMs);
    look(realMs);
  }
}

it.each([1, 10, 60])("moves somebody evenly between messages at %d times real time", (speed) => {
  const motion = new Motion();
  const place = (realMs: number) => 10 + (1.4 * speed * realMs) / 1_000;
  const steps: number[] = [];
  let last = 10;
  play(
    motion,
    2,
    (realMs) => stateAt(realMs * speed, speed, [{ ...walker, xM: place(realMs) }]),
    (realMs) => {
      const [shown] = [...motion.walkers.values()];
      expect(shown!.xM).toBeCloseTo(place(realMs), 3);
      steps.push(shown!.xM - last);
      last = shown!.xM;
      expect(motion.nowMs).toBeCloseTo(realMs * speed, 3);
    },
  );
  const stepM = (1.4 * speed) / 60;
  for (const step of steps.slice(1)) expect(step).toBeCloseTo(stepM, 4);
});

it("meets the street's time again when that runs slower than it should", () => {
  const motion = new Motion();
  const slowly = (realMs: number) => realMs * 52;
  play(
    motion,
    3,
    (realMs) => stateAt(slowly(realMs), 60),
    (realMs) => expect(Math.abs(motion.nowMs - slowly(realMs))).toBeLessThan(3_000),
  );
});

it("stands still while the street does", () => {
  const motion = new Motion();
  play(
    motion,
    1,
    () => stateAt(5_000, 0, [walker]),
    () => {
      expect(motion.nowMs).toBe(5_000);
      expect([...motion.walkers.values()][0]!.xM).toBe(10);
    },
  );
});

it("stops after half a second without news", () => {
  const motion = new Motion();
  motion.hear(stateAt(0, 10, [walker]), 0);
  for (let realMs = 0; realMs <= 20_000; realMs += 20) motion.advance(realMs);
  expect(motion.nowMs).toBeLessThan(10_000);
  expect([...motion.walkers.values()][0]!.xM).toBeLessThan(10 + 1.4 * 10 * 2);
});

it("lets people fade in and out, and forgets them", () => {
  const motion = new Motion();
  const opacities: number[] = [];
  play(
    motion,
    2,
    (realMs) => stateAt(realMs, 1, realMs < 1_000 ? [walker] : []),
    () => opacities.push([...motion.walkers.values()][0]?.opacity ?? 0),
  );
  expect(Math.max(...opacities)).toBe(1);
  expect(motion.walkers.size).toBe(0);
  for (const [index, opacity] of opacities.entries())
    if (index > 0) expect(Math.abs(opacity - opacities[index - 1]!)).toBeLessThan(0.06);
});

it("brings a lamp to its level without a jump and without overshoot", () => {
  const motion = new Motion();
  const lamp = "lamp-01";
  const withLevel = (levelPercent: number): PageState => ({
    ...base,
    units: { [lamp]: { ...base.units[lamp]!, truth: { levelPercent } } },
  });
  motion.hear(withLevel(20), 0);
  motion.advance(0);
  expect(motion.levelOf(lamp)).toBe(20);
  motion.hear(withLevel(80), 0);
  let last = 20;
  for (let realMs = 16; realMs < 1_000; realMs += 16) {
    motion.advance(realMs);
    expect(motion.levelOf(lamp)).toBeGreaterThan(last);
    expect(motion.levelOf(lamp)).toBeLessThanOrEqual(80);
    last = motion.levelOf(lamp);
  }
  expect(last).toBeCloseTo(80, 1);
});

it("shows where people were caught at speeds that no eye follows", () => {
  const motion = new Motion();
  const seen = new Set<number>();
  play(
    motion,
    3,
    (realMs) => stateAt(realMs * 3_600, 3_600, [{ ...walker, xM: realMs / 10 }]),
    () => {
      for (const { xM } of motion.walkers.values()) seen.add(Math.round(xM));
    },
  );
  expect(seen.size).toBeGreaterThan(2);
  expect(seen.size).toBeLessThan(6);
});
