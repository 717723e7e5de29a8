import { describe, expect, it } from "vitest";
import { count, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import type { Context, Estimate } from "../estimator.ts";
import { deflection } from "./presses.ts";
import { surface } from "./surface.ts";

const tiles = ["tile1", "tile2", "tile3"];
const steps = ["s1", "s2", "s3"];
const estimator = surface({ tiles, steps, levelled: "command.levelled" });
const context = { settings: { tripHeight: 6 } } as unknown as Context;

/** A strip that hears things, and what it has said last. */
function strip(saved?: unknown) {
  let state = estimator.initial(saved);
  const said = new Map<string, Estimate>();
  const hear = (source: string, value: number, quality: Sample["quality"] = "good") => {
    const quantity = source.includes("corner") ? deflection : source.startsWith("s") ? count : truth;
    const sample: Sample = {
      source,
      value,
      quality,
      quantity,
      atMs: 0,
      wallMs: undefined,
      clock: "none",
      boot: 1,
    };
    const next = estimator.step(state, sample, context);
    state = next.state;
    for (const estimate of next.estimates) said.set(estimate.output, estimate);
  };
  /** Corners of a tile in millimetres. */
  const corners = (tile: number, ...millimetres: number[]) => {
    for (const [at, mm] of millimetres.entries()) hear(`tile${tile}.corner${at + 1}`, mm / 1_000);
  };
  const level = () => {
    for (const tile of [1, 2, 3]) corners(tile, 0.1, -0.2, 0);
  };
  return {
    hear,
    corners,
    level,
    said: (output: string) => said.get(output),
    saved: () => estimator.save!(state),
  };
}

describe("the surface of a strip", () => {
  it("is even as it was when it was heard first, whatever the drawing says", () => {
    const one = strip();
    one.level();
    expect(one.said("uneven")).toMatchObject({ value: 0, quality: "good" });
    expect(one.said("trip")).toMatchObject({ value: 0 });
  });

  it("is a hazard where a corner stands off though another tile is blind, and is not called even", () => {
    const one = strip();
    one.level();
    one.hear("tile1.corner2", Number.NaN, "bad");
    expect(one.said("trip")).toMatchObject({ value: 0, quality: "suspect" });
    one.corners(3, 0.1, -8, 0);
    expect(one.said("trip")).toMatchObject({ value: 1, quality: "good" });
    expect(one.said("unevenTile")).toMatchObject({ value: 3 });
    one.corners(3, 0.1, -0.2, 0);
    expect(one.said("trip")).toMatchObject({ value: 0, quality: "suspect" });
  });

  it("is a hazard where a corner stands off by more than the trip height", () => {
    const one = strip();
    one.level();
    one.corners(2, 0.1, -0.2, -5.9);
    expect(one.said("uneven")?.value).toBeCloseTo(0.0059, 9);
    expect([one.said("trip")?.value, one.said("unevenTile")?.value]).toEqual([0, 2]);
    one.corners(2, 0.1, -0.2, -6.1);
    expect(one.said("trip")?.value).toBe(1);
  });

  it("knows the corner without a sensor from the other three", () => {
    const one = strip();
    one.level();
    // A rigid plate: begin left = begin right + end left − end right.
    one.corners(3, 3.6, -3.2, 0.5);
    expect(one.said("uneven")?.value).toBeCloseTo(0.007, 9);
    expect(one.said("unevenTile")?.value).toBe(3);
  });

  it("is told with doubt while a corner is not known", () => {
    const one = strip();
    one.level();
    one.hear("tile1.corner2", Number.NaN, "bad");
    expect(one.said("uneven")).toMatchObject({ quality: "suspect" });
  });

  it("is even again when somebody has vouched for it, and remembers that", () => {
    const one = strip();
    one.level();
    one.corners(1, -8, -8, -8);
    expect(one.said("trip")?.value).toBe(1);
    one.hear("command.levelled", 1);
    expect(one.said("trip")?.value).toBe(0);
    const again = strip(one.saved());
    again.level();
    expect(again.said("trip")?.value).toBe(1);
    expect(again.said("unevenTile")?.value).toBe(1);
  });

  it("believes no level that no tile can have", () => {
    const one = strip({ even: [[1, 2, 3], "x"] });
    one.level();
    expect(one.said("uneven")).toMatchObject({ value: 0, quality: "good" });
  });
});

describe("a stuck tile", () => {
  it("is one on which nobody steps while its neighbours have thirty steps each", () => {
    const one = strip();
    for (const source of steps) one.hear(source, 0);
    for (let walked = 1; walked <= 29; walked++) for (const source of ["s1", "s3"]) one.hear(source, walked);
    expect(one.said("stuck")?.value).toBe(0);
    for (const source of ["s1", "s3"]) one.hear(source, 30);
    expect([one.said("stuck")?.value, one.said("stuckTile")?.value]).toEqual([1, 2]);
    one.hear("s2", 1);
    expect([one.said("stuck")?.value, one.said("stuckTile")?.value]).toEqual([0, 0]);
  });

  it("at an end has one neighbour", () => {
    const one = strip();
    for (const source of steps) one.hear(source, 0);
    for (let walked = 1; walked <= 30; walked++) for (const source of ["s2", "s3"]) one.hear(source, walked);
    expect(one.said("stuckTile")?.value).toBe(1);
  });

  it("is not found in counters that a restart brought back", () => {
    const one = strip();
    for (const [index, source] of steps.entries()) one.hear(source, 10_000 + 50 * index);
    for (const [index, source] of steps.entries()) one.hear(source, 10_001 + 50 * index);
    expect(one.said("stuck")?.value).toBe(0);
  });
});
