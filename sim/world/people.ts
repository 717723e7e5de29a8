import { arrivals, hourMs, longestStayMs, type Route } from "./arrivals.ts";
import type { Footfall } from "./footfall.ts";
import {
  endOf,
  forEachStay,
  type Interval,
  type Person,
  personAt,
  startOf,
  type Trajectory,
} from "./trajectory.ts";

/** One person's stay in a zone. */
export interface Visit extends Interval {
  readonly id: number;
}

/** Who is in the street, when and where. Every answer is a pure function of seed and arguments. */
export interface People {
  /** Everybody in the street at an instant, in order of entering it. */
  peopleAt(unixMs: number): Person[];
  /** The whole ways of those who enter the street in [fromMs, toMs), in order of entering. */
  entering(fromMs: number, toMs: number): Trajectory[];
  /**
   * The stays within `halfWidthM` of `xM` that touch [fromMs, toMs), in order of entering: whole, also where they
   * began before or end after.
   */
  visits(xM: number, halfWidthM: number, fromMs: number, toMs: number): Visit[];
  /** When anybody at all is in that zone: apart from each other, in order, cut to [fromMs, toMs). */
  occupancy(xM: number, halfWidthM: number, fromMs: number, toMs: number): Interval[];
}

/** Hours kept beside those that a query looks back: more than a day, so that zones asked in turn for a day share them. */
const hoursKept = 26;

interface Hour {
  readonly trajectories: readonly Trajectory[];
  /** When the last of them has left. */
  readonly emptyMs: number;
}

/**
 * People made hour by hour as they are asked for; hours not asked for lately are dropped, and come back the same.
 * @param local see localClock: footfall is by local hours.
 */
export function createPeople(
  seed: number,
  route: Route,
  footfall: Footfall,
  local: (unixMs: number) => number,
): People {
  const hoursBack = Math.ceil(longestStayMs(route) / hourMs);
  const hours = new Map<number, Hour>();

  function hourOf(index: number): Hour {
    const kept = hours.get(index);
    if (kept !== undefined) return kept;
    const trajectories = arrivals(seed, index, route, footfall, local);
    const hour = { trajectories, emptyMs: trajectories.reduce((ms, each) => Math.max(ms, endOf(each)), 0) };
    if (hours.size >= hoursBack + hoursKept) hours.delete(hours.keys().next().value!);
    hours.set(index, hour);
    return hour;
  }

  function forEachPresent(fromMs: number, toMs: number, visit: (trajectory: Trajectory) => void): void {
    for (let index = Math.floor(fromMs / hourMs) - hoursBack; index * hourMs < toMs; index++) {
      const { trajectories, emptyMs } = hourOf(index);
      if (emptyMs <= fromMs) continue;
      for (const trajectory of trajectories) {
        if (startOf(trajectory) >= toMs) break;
        if (endOf(trajectory) > fromMs) visit(trajectory);
      }
    }
  }

  function peopleAt(unixMs: number): Person[] {
    const people: Person[] = [];
    forEachPresent(unixMs, unixMs + 1, (trajectory) => {
      const person = personAt(trajectory, unixMs);
      if (person !== undefined) people.push(person);
    });
    return people;
  }

  function entering(fromMs: number, toMs: number): Trajectory[] {
    const ways: Trajectory[] = [];
    forEachPresent(fromMs, toMs, (trajectory) => {
      if (startOf(trajectory) >= fromMs) ways.push(trajectory);
    });
    return ways.sort((a, b) => startOf(a) - startOf(b) || a.id - b.id);
  }

  function visits(xM: number, halfWidthM: number, fromMs: number, toMs: number): Visit[] {
    const found: Visit[] = [];
    forEachPresent(fromMs, toMs, (trajectory) =>
      forEachStay(trajectory, xM - halfWidthM, xM + halfWidthM, (enterMs, leaveMs) => {
        if (enterMs < toMs && leaveMs > fromMs) found.push({ id: trajectory.id, enterMs, leaveMs });
      }),
    );
    return found.sort((a, b) => a.enterMs - b.enterMs || a.id - b.id);
  }

  return {
    peopleAt,
    entering,
    visits,
    occupancy: (xM, halfWidthM, fromMs, toMs) => merge(visits(xM, halfWidthM, fromMs, toMs), fromMs, toMs),
  };
}

function merge(visits: readonly Visit[], fromMs: number, toMs: number): Interval[] {
  const merged: Interval[] = [];
  for (const visit of visits) {
    const enterMs = Math.max(fromMs, visit.enterMs);
    const leaveMs = Math.min(toMs, visit.leaveMs);
    const last = merged.at(-1);
    if (last !== undefined && enterMs <= last.leaveMs)
      merged[merged.length - 1] = { enterMs: last.enterMs, leaveMs: Math.max(last.leaveMs, leaveMs) };
    else merged.push({ enterMs, leaveMs });
  }
  return merged;
}
