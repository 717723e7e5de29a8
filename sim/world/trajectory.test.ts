import { expect, it } from "vitest";
import { forEachStay, personAt, type Trajectory } from "./trajectory.ts";

/** 20 m at 2 m/s, 5 s at x = 20, and on to 30 m at 1 m/s. */
const stopper: Trajectory = {
  id: 1,
  kind: "pedestrian",
  yM: 4,
  timesMs: [1_000, 11_000, 16_000, 26_000],
  positionsM: [0, 20, 20, 30],
};
const back: Trajectory = { ...stopper, positionsM: [30, 10, 10, 0] };

function stays(trajectory: Trajectory, lowM: number, highM: number): [number, number][] {
  const found: [number, number][] = [];
  forEachStay(trajectory, lowM, highM, (enterMs, leaveMs) => found.push([enterMs, leaveMs]));
  return found;
}

it("knows where the person is, how fast, and before and after nothing", () => {
  expect(personAt(stopper, 999)).toBeUndefined();
  expect(personAt(stopper, 1_000)).toEqual({
    id: 1,
    kind: "pedestrian",
    xM: 0,
    yM: 4,
    velocityMps: 2,
    speedMps: 2,
  });
  expect(personAt(stopper, 6_000)).toMatchObject({ xM: 10, velocityMps: 2 });
  expect(personAt(stopper, 12_000)).toMatchObject({ xM: 20, velocityMps: 0, speedMps: 0 });
  expect(personAt(stopper, 21_000)).toMatchObject({ xM: 25, velocityMps: 1 });
  expect(personAt(stopper, 26_000)).toBeUndefined();
  expect(personAt(back, 6_000)).toMatchObject({ xM: 20, velocityMps: -2, speedMps: 2 });
});

it("joins walking in, standing and walking on to one stay", () => {
  expect(stays(stopper, 18, 22)).toEqual([[10_000, 18_000]]);
  expect(stays(back, 8, 12)).toEqual([[10_000, 18_000]]);
});

it("finds a stay within one line, over the ends of the street, and none beside", () => {
  expect(stays(stopper, 4, 8)).toEqual([[3_000, 5_000]]);
  expect(stays(back, 22, 26)).toEqual([[3_000, 5_000]]);
  expect(stays(stopper, -5, 35)).toEqual([[1_000, 26_000]]);
  expect(stays(stopper, 28, 40)).toEqual([[24_000, 26_000]]);
  expect(stays(stopper, 31, 40)).toEqual([]);
  expect(stays(stopper, -9, -1)).toEqual([]);
});

it("keeps two stays apart for somebody who turns round", () => {
  const turning: Trajectory = { ...stopper, timesMs: [0, 10_000, 20_000], positionsM: [0, 10, 0] };
  expect(stays(turning, 2, 4)).toEqual([
    [2_000, 4_000],
    [16_000, 18_000],
  ]);
});
