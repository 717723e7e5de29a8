import { describe, expect, it } from "vitest";
import { EventLoop } from "../../loop.ts";
import { syntheticFootfall } from "../../world/footfall.ts";
import { createWorld } from "../../world/street.ts";
import { type Guest, Guests, type Socket, seats } from "./guests.ts";

const startMs = Date.parse("2026-06-20T12:00+02:00");
const hourMs = 3_600_000;

async function afternoon(hours: number) {
  const loop = new EventLoop(startMs);
  const world = createWorld({
    seed: 3,
    location: { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" },
    startUnixMs: startMs,
    lengthM: 40,
    stopPlacesM: [20],
    footfall: syntheticFootfall(3, 600),
  });
  const sat: Guest[] = [];
  const plugged = new Map<Socket, number>();
  const stays: { readonly atMs: number; readonly stayedMs: number }[] = [];
  const seen = { most: 0, left: 0, plugs: 0, unplugs: 0 };
  const guests = new Guests(
    loop,
    world,
    { xM: 20, name: "bench-01" },
    {
      onSeated: (guest) => {
        sat.push(guest);
        seen.most = Math.max(seen.most, guests.seated);
        // Whoever sits here stands still at the bench in the world.
        const people = world.people.peopleAt(loop.now + 1);
        const person = people.find(({ id }) => id === guest.id);
        expect(person?.speedMps).toBe(0);
        expect(Math.abs(person!.xM - 20)).toBeLessThanOrEqual(1);
      },
      onLeft: ({ fromMs, toMs }) => {
        stays.push({ atMs: toMs, stayedMs: toMs - fromMs });
        seen.left++;
        expect(loop.now).toBe(toMs);
      },
      isFree: (socket) => !plugged.has(socket),
      onPlugged: (socket) => {
        expect(plugged.has(socket)).toBe(false);
        plugged.set(socket, loop.now);
        seen.plugs++;
      },
      onUnplugged: (socket) => {
        expect(plugged.delete(socket)).toBe(true);
        seen.unplugs++;
      },
    },
  );
  await loop.runUntil(startMs + hours * hourMs);
  const ofLastHour = {
    came: sat.filter(({ fromMs }) => fromMs > loop.now - hourMs),
    left: stays.filter(({ atMs }) => atMs > loop.now - hourMs),
  };
  return { guests, sat, seen, plugged, ofLastHour };
}

describe("guests of a bench", () => {
  it("are the people of the world who stop there: they sit, some charge, and all take it with them", async () => {
    const { guests, sat, seen, plugged } = await afternoon(6);
    expect(sat.length).toBeGreaterThan(40);
    expect(guests.sat).toBe(sat.length);
    expect(seen.left).toBe(sat.length - guests.seated);
    expect(seen.plugs).toBeGreaterThan(10);
    expect(seen.unplugs).toBe(seen.plugs - plugged.size);
    expect(seen.most).toBeGreaterThan(1);
    expect(seen.most).toBeLessThanOrEqual(seats);
    for (const { kg } of sat) expect(kg).toBeGreaterThanOrEqual(24);
  });

  it("say how many came within the last hour, and how long they stayed who left in it", async () => {
    const { guests, sat, ofLastHour } = await afternoon(3);
    const { came, left } = ofLastHour;
    expect(came.length).toBeGreaterThan(3);
    expect(came.length).toBeLessThan(sat.length);
    expect(guests.cameInHour).toBe(came.length);
    const mean = left.reduce((sum, { stayedMs }) => sum + stayedMs, 0) / left.length;
    expect(guests.dwellS).toBeCloseTo(mean / 1_000, 9);
    expect((await afternoon(0)).guests.dwellS).toBeNaN();
  });

  it("are the same from one seed", async () => {
    const [first, second] = [await afternoon(2), await afternoon(2)];
    expect(first.sat).toEqual(second.sat);
    expect(first.seen).toEqual(second.seen);
  });
});
