import { describe, expect, it } from "vitest";
import { EventLoop } from "../loop.ts";
import { syntheticFootfall } from "../world/footfall.ts";
import { createWorld } from "../world/street.ts";
import { Zone } from "./zone.ts";

const startMs = Date.parse("2025-12-22T17:20:30+01:00");
const spanMs = 2.6 * 3_600_000;
const xM = 45;
const halfWidthM = 7;

const worldOf = (seed: number) =>
  createWorld({
    seed,
    location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
    startUnixMs: startMs,
    lengthM: 90,
    footfall: syntheticFootfall(seed, 250),
  });

describe.each([1, 2, 3])("a zone in the street of seed %i", (seed) => {
  const world = worldOf(seed);

  /** Who is there by looking at everybody. */
  const bruteForce = (atMs: number) =>
    world.people.peopleAt(atMs).some((person) => Math.abs(person.xM - xM) < halfWidthM);

  it("is occupied exactly while somebody is within it", async () => {
    const loop = new EventLoop(startMs);
    const zone = new Zone(world, xM, halfWidthM);
    let followed: boolean | undefined;
    let changes = 0;
    zone.follow(loop, (occupied) => {
      expect(occupied).not.toBe(followed);
      followed = occupied;
      changes++;
    });
    expect(followed).toBe(bruteForce(startMs));
    let occupied = 0;
    const stays = zone.between(startMs, startMs + spanMs);
    // Off the grid of milliseconds on which people start to walk, so that no edge is hit.
    for (let atMs = startMs + 0.37; atMs < startMs + spanMs; atMs += 500) {
      await loop.runUntil(atMs);
      const truth = bruteForce(atMs);
      expect([atMs, followed]).toEqual([atMs, truth]);
      expect([atMs, zone.isOccupied(atMs)]).toEqual([atMs, truth]);
      expect(stays.some(({ enterMs, leaveMs }) => enterMs <= atMs && atMs < leaveMs)).toBe(truth);
      occupied += Number(truth);
    }
    expect(occupied).toBeGreaterThan(100);
    // Each stay that was seen whole has a beginning and an end; the first state is told too.
    expect(changes).toBeGreaterThanOrEqual(2 * stays.length - 1);
    expect(changes).toBeLessThanOrEqual(2 * stays.length + 1);
  });
});
