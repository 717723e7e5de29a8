import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPeople } from "./people.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 23);
const utc = (unixMs: number) => unixMs;
const route = { lengthM: 300, stopPlacesM: [] };
const street = (perHour: number, seed = 1, stopPlacesM: readonly number[] = []) =>
  createPeople(seed, { ...route, stopPlacesM }, { perHour: () => perHour }, utc);

describe("those who enter", () => {
  it("are the same whatever the time is cut into, in order, and are there", () => {
    const people = street(400);
    const fromMs = startMs + 8 * hourMs;
    const all = people.entering(fromMs, fromMs + hourMs);
    const pieces = Array.from({ length: 60 }, (_, minute) =>
      people.entering(fromMs + minute * 60_000, fromMs + (minute + 1) * 60_000),
    );
    expect(all.length).toBeGreaterThan(200);
    expect(pieces.flat()).toEqual(all);
    for (const { id, timesMs, yM } of all.slice(0, 20))
      expect(people.peopleAt(timesMs[0]! + 1).find((one) => one.id === id)).toMatchObject({ yM });
    expect(people.entering(fromMs, fromMs)).toEqual([]);
  });
});

describe("visits", () => {
  it("agree with a scan of everybody, four times a second", () => {
    const stepMs = 250;
    const zone = fc.record({
      xM: fc.integer({ min: 0, max: 300 }),
      halfWidthM: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(zone, fc.integer({ min: 1, max: 50 }), ({ xM, halfWidthM }, seed) => {
        const people = street(300, seed);
        const fromMs = startMs + 8 * hourMs;
        const toMs = fromMs + 5 * 60_000;
        const visits = people.visits(xM, halfWidthM, fromMs, toMs);
        for (let unixMs = fromMs; unixMs < toMs; unixMs += stepMs) {
          const seen = people.peopleAt(unixMs).filter((person) => Math.abs(person.xM - xM) <= halfWidthM);
          const expected = visits.filter(({ enterMs, leaveMs }) => enterMs <= unixMs && unixMs < leaveMs);
          expect(expected.map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort());
        }
      }),
      { numRuns: 8 },
    );
  });

  it("are whole, in order of entering, and only those that touch the time asked for", () => {
    const people = street(400);
    const [fromMs, toMs] = [startMs + 9 * hourMs, startMs + 9 * hourMs + 600_000];
    const visits = people.visits(150, 10, fromMs, toMs);
    const day = people.visits(150, 10, startMs, startMs + 24 * hourMs);
    expect(visits.length).toBeGreaterThan(3);
    expect(visits).toEqual(day.filter(({ enterMs, leaveMs }) => enterMs < toMs && leaveMs > fromMs));
    expect(day.map(({ enterMs }) => enterMs)).toEqual(
      day.map(({ enterMs }) => enterMs).sort((a, b) => a - b),
    );
  });

  it("merge to the occupancy of the zone, cut to the time asked for", () => {
    const people = street(500);
    // Somebody is inside at the beginning and at the end.
    const [first, ...others] = people.visits(150, 12, startMs + 9 * hourMs, startMs + 9.5 * hourMs);
    const fromMs = (first!.enterMs + first!.leaveMs) / 2;
    const toMs = (others.at(-1)!.enterMs + others.at(-1)!.leaveMs) / 2;
    const visits = people.visits(150, 12, fromMs, toMs);
    const occupancy = people.occupancy(150, 12, fromMs, toMs);
    expect(occupancy.length).toBeGreaterThan(5);
    expect(occupancy.length).toBeLessThan(visits.length);
    for (let unixMs = fromMs; unixMs < toMs; unixMs += 500)
      expect(occupancy.some(({ enterMs, leaveMs }) => enterMs <= unixMs && unixMs < leaveMs)).toBe(
        visits.some(({ enterMs, leaveMs }) => enterMs <= unixMs && unixMs < leaveMs),
      );
    occupancy.slice(1).forEach(({ enterMs }, at) => {
      expect(enterMs).toBeGreaterThan(occupancy[at]!.leaveMs);
    });
    expect(occupancy[0]!.enterMs).toBe(fromMs);
    expect(occupancy.at(-1)!.leaveMs).toBe(toMs);
  });
});

describe("how many", () => {
  /** Variance of a compound Poisson count over its mean: E[n²] / E[n] for parties of 1, 2 and 3. */
  const clumping = 1.4;
  const bound = (people: number) => 4 * Math.sqrt(clumping * people);

  it("as the counts say: over a week, and in the week's hours of one kind (4σ)", () => {
    const perHour = (localMs: number) => (new Date(localMs).getUTCHours() < 6 ? 10 : 120);
    const people = createPeople(3, route, { perHour }, utc);
    const entries = people
      .visits(150, 150, startMs, startMs + 168 * hourMs)
      .filter(({ enterMs }) => enterMs >= startMs)
      .map(({ enterMs }) => new Date(enterMs).getUTCHours());
    const expected = 7 * (6 * 10 + 18 * 120);
    expect(Math.abs(entries.length - expected)).toBeLessThan(bound(expected));
    const nights = entries.filter((hour) => hour < 6).length;
    expect(Math.abs(nights - 7 * 60)).toBeLessThan(bound(7 * 60));
  });

  it("nobody when nobody is counted", () => {
    expect(street(0).peopleAt(startMs + 12 * hourMs)).toEqual([]);
    expect(street(0).visits(150, 150, startMs, startMs + 24 * hourMs)).toEqual([]);
  });

  it("by local hours, also where those begin on a quarter of a UTC hour", () => {
    const kathmandu = (unixMs: number) => unixMs + 5.75 * hourMs;
    const perHour = (localMs: number) => (new Date(localMs).getUTCHours() === 12 ? 600 : 0);
    const people = createPeople(1, route, { perHour }, kathmandu);
    const enters = people.visits(150, 150, startMs, startMs + 24 * hourMs).map(({ enterMs }) => enterMs);
    expect(Math.min(...enters)).toBeGreaterThanOrEqual(startMs + 6.25 * hourMs);
    // A party's last member comes up to a second behind the first.
    expect(Math.max(...enters)).toBeLessThan(startMs + 7.25 * hourMs + 1_000);
    expect(Math.abs(enters.length - 600)).toBeLessThan(bound(600));
  });
});

describe("how they move", () => {
  const people = street(400, 9, [100]);
  const seen = Array.from({ length: 24 * 60 }, (_, minute) =>
    people.peopleAt(startMs + minute * 60_000),
  ).flat();
  const first = [
    ...new Map(seen.filter(({ speedMps }) => speedMps > 0).map((each) => [each.id, each])).values(),
  ];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it("walks at 1.34 m/s ± 0.26 (Weidmann 1993), cycles at about 5 m/s", () => {
    // Each way through is weighed by the times it is met, which the slower are more often: take each person once.
    const speeds = (kind: string) =>
      first.filter((each) => each.kind === kind).map(({ speedMps }) => speedMps);
    const walking = speeds("pedestrian");
    expect(Math.abs(mean(walking) - 1.34)).toBeLessThan(0.03);
    const variance = mean(walking.map((speed) => (speed - mean(walking)) ** 2));
    expect(Math.abs(Math.sqrt(variance) - 0.26)).toBeLessThan(0.03);
    expect(Math.abs(mean(speeds("cyclist")) - 5)).toBeLessThan(0.3);
  });

  it("goes both ways about equally, and is always on the street", () => {
    const forwards = first.filter(({ velocityMps }) => velocityMps > 0).length / first.length;
    expect(Math.abs(forwards - 0.5)).toBeLessThan(0.05);
    expect(seen.every(({ xM }) => xM >= 0 && xM <= 300)).toBe(true);
  });

  it("stands now and then, where people like to stop", () => {
    const standing = seen.filter(({ speedMps }) => speedMps === 0);
    expect(standing.length).toBeGreaterThan(50);
    expect(standing.every(({ xM }) => Math.abs(xM - 100) <= 0.3)).toBe(true);
    expect(standing.every(({ kind }) => kind === "pedestrian")).toBe(true);
  });

  it("comes in parties of two and three as well as alone", () => {
    const enters = people.visits(150, 150, startMs, startMs + 24 * hourMs).map(({ enterMs }) => enterMs);
    const together = enters.slice(1).filter((enterMs, at) => enterMs - enters[at]! < 1_000).length;
    // Singles alone would come within a second of the one before in 400/3600 of the cases.
    expect(together / enters.length).toBeGreaterThan(0.2);
    expect(together / enters.length).toBeLessThan(0.45);
  });
});

describe("the same seed", () => {
  it("gives the same people whatever was asked before, also after hours were dropped", () => {
    const people = street(100, 7);
    const before = people.visits(50, 10, startMs, startMs + 2 * hourMs);
    people.visits(50, 10, startMs + 500 * hourMs, startMs + 600 * hourMs);
    people.peopleAt(startMs - 300 * hourMs);
    expect(people.visits(50, 10, startMs, startMs + 2 * hourMs)).toEqual(before);
    expect(street(100, 7).visits(50, 10, startMs, startMs + 2 * hourMs)).toEqual(before);
    expect(street(100, 8).visits(50, 10, startMs, startMs + 2 * hourMs)).not.toEqual(before);
  });

  it("names everybody once", () => {
    const ids = street(300)
      .visits(150, 150, startMs, startMs + 48 * hourMs)
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
