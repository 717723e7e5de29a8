import type { Footfall } from "./footfall.ts";
import { type Random, random } from "./random.ts";
import { type Kind, startOf, type Trajectory } from "./trajectory.ts";

export const hourMs = 3_600_000;
const quarterMs = hourMs / 4;
const idsPerHour = 100_000;

/**
 * Free walking speed, m/s: normal, 1.34 ± 0.26 (Weidmann, "Transporttechnik der Fussgänger", IVT ETH Zürich 90,
 * 1993), cut where it would be standing or running.
 */
const walking = { meanMps: 1.34, deviationMps: 0.26, minMps: 0.6, maxMps: 2.2 };
/** Cycling in town: about 18 km/h. */
const cycling = { meanMps: 5, deviationMps: 1, minMps: 2.5, maxMps: 9 };

/** How long somebody stands or sits who stops on the way: exponential, cut. */
const stopSeconds = { mean: 120, min: 10, max: 1_200 };

const cyclistShare = 0.08;
const stoppingShare = 0.06;
/** Share of walking parties of one, two and three. */
const partyShares = [0.75, 0.2, 0.05] as const;
const meanParty =
  cyclistShare + (1 - cyclistShare) * (partyShares[0] + 2 * partyShares[1] + 3 * partyShares[2]);

/** The street as far as people's ways depend on it. */
export interface Route {
  readonly lengthM: number;
  /** Places along x at which people like to stop, such as a bench; anywhere when there is none. */
  readonly stopPlacesM: readonly number[];
}

/** Nobody is in the street longer than this. */
export function longestStayMs({ lengthM }: Route): number {
  return (lengthM / walking.minMps + stopSeconds.max + 2) * 1_000;
}

/**
 * Everybody who enters the street in the hour that begins at `hour` × 3 600 000 ms, Unix time, in order of their
 * entering: parties come as a Poisson process whose rate is constant within a local hour and holds as many people
 * as the footfall says. Each hour has a stream of its own, so hours may be asked for in any order.
 */
export function arrivals(
  seed: number,
  hour: number,
  route: Route,
  footfall: Footfall,
  local: (unixMs: number) => number,
): Trajectory[] {
  const draws = random(seed, `people ${hour}`);
  const people: Trajectory[] = [];
  // By quarters, because local hours begin on a quarter of a UTC hour in some zones (Asia/Kathmandu).
  for (let quarter = 0; quarter < 4; quarter++) {
    const beginMs = hour * hourMs + quarter * quarterMs;
    const partiesPerHour = footfall.perHour(local(beginMs)) / meanParty;
    if (!(partiesPerHour > 0)) continue;
    const meanGapMs = hourMs / partiesPerHour;
    let atMs = beginMs + draws.exponential(meanGapMs);
    for (; atMs < beginMs + quarterMs; atMs += draws.exponential(meanGapMs))
      addParty(people, hour * idsPerHour, atMs, route, draws);
  }
  return people.sort((a, b) => startOf(a) - startOf(b));
}

function addParty(people: Trajectory[], firstId: number, atMs: number, route: Route, draws: Random): void {
  const kind: Kind = draws.chance(cyclistShare) ? "cyclist" : "pedestrian";
  const size = kind === "cyclist" ? 1 : partySize(draws.uniform());
  const way = partyWay(kind, route, draws);
  const side = draws.chance(0.5) ? 1 : -1;
  const laneM = kind === "cyclist" ? 2 : 4;
  for (let member = 0; member < size; member++) {
    const lateMs = Math.round(member === 0 ? atMs : atMs + draws.uniform(0, 1_000));
    people.push({
      id: firstId + people.length,
      kind,
      yM: side * (laneM + 0.7 * member + draws.uniform(-0.3, 0.3)),
      timesMs: way.map(({ afterMs }) => lateMs + afterMs),
      positionsM: way.map(({ xM }) => xM),
    });
  }
}

function partySize(share: number): number {
  if (share < partyShares[0]) return 1;
  return share < partyShares[0] + partyShares[1] ? 2 : 3;
}

interface Waypoint {
  readonly afterMs: number;
  readonly xM: number;
}

/** From end to end at one speed, with a stop on the way for some who walk. */
function partyWay(kind: Kind, route: Route, draws: Random): Waypoint[] {
  const { meanMps, deviationMps, minMps, maxMps } = kind === "cyclist" ? cycling : walking;
  const speedMps = Math.min(maxMps, Math.max(minMps, draws.normal(meanMps, deviationMps)));
  const [fromM, toM] = draws.chance(0.5) ? [0, route.lengthM] : [route.lengthM, 0];
  const walkMs = (xM: number) => Math.round((1_000 * Math.abs(xM - fromM)) / speedMps);
  const enter = { afterMs: 0, xM: fromM };
  if (kind === "cyclist" || !draws.chance(stoppingShare)) return [enter, { afterMs: walkMs(toM), xM: toM }];
  const stopM = stopPlace(route, draws);
  const seconds = Math.min(stopSeconds.max, Math.max(stopSeconds.min, draws.exponential(stopSeconds.mean)));
  const stopMs = Math.round(1_000 * seconds);
  return [
    enter,
    { afterMs: walkMs(stopM), xM: stopM },
    { afterMs: walkMs(stopM) + stopMs, xM: stopM },
    { afterMs: walkMs(toM) + stopMs, xM: toM },
  ];
}

function stopPlace({ lengthM, stopPlacesM }: Route, draws: Random): number {
  // A stop on the very edge would be a line of no length.
  const edgeM = lengthM / 1_000;
  const place =
    stopPlacesM.length === 0
      ? draws.uniform(0, lengthM)
      : stopPlacesM[draws.integer(0, stopPlacesM.length - 1)]! + draws.uniform(-0.3, 0.3);
  return Math.min(lengthM - edgeM, Math.max(edgeM, place));
}
