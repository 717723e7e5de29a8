import { count, truth } from "../../quantities.ts";
import type { Sample } from "../../sample.ts";
import type { Estimate, Estimator, Step } from "../estimator.ts";
import { deflection } from "./presses.ts";
import { tile } from "./tile.ts";

export interface SurfaceSources {
  /** Role of each tile, from the strip's begin on: its corners are `corner1` to `corner3`. */
  readonly tiles: readonly string[];
  /** Steps on each tile: counters. */
  readonly steps: readonly string[];
  /** Whoever put the tiles right says so: their level counts as even from then on. */
  readonly levelled: string;
}

/** A tile on which nobody steps while its neighbours have so many steps each does not move. */
const stepsBeside = 30;

type Corners = readonly [number | undefined, number | undefined, number | undefined];

interface Tile {
  /** How the corners stood when they were even, and how they stand, m. */
  readonly even: Corners;
  readonly now: Corners;
  /** Steps as last heard. */
  readonly steps: number | undefined;
}

interface State {
  readonly tiles: readonly Tile[];
  /** Of each tile, the steps on its neighbours when it was last stepped on. */
  readonly besideThen: readonly number[];
}

const none: Corners = [undefined, undefined, undefined];
const sensed = ["corner1", "corner2", "corner3"] as const;

/**
 * Whether the tiles are a hazard to walk on.
 * - `uneven`: how far the corner that is furthest off stands from where it was when the tiles were last declared
 *   even, m; the corner that has no sensor follows from the other three. `unevenTile` is which one, from 1 on;
 * - `stuck`: how many tiles do not move though their neighbours do; `stuckTile` is the first of them, 0 for none;
 * - `trip`: some corner stands off by more than the setting `tripHeight`, mm.
 * The level is taken when all corners of a tile have been heard for the first time, and again at `levelled`.
 */
export function surface({ tiles, steps, levelled }: SurfaceSources): Estimator<State> {
  const corner = new Map<string, readonly [tile: number, corner: number]>(
    tiles.flatMap((role, index) => sensed.map((name, at) => [`${role}.${name}`, [index, at]] as const)),
  );
  const counter = new Map(steps.map((source, index) => [source, index]));
  return {
    name: "surface",
    inputs: [...corner.keys(), ...steps, levelled],
    outputs: { uneven: deflection, unevenTile: count, trip: truth, stuck: count, stuckTile: count },

    initial: (saved) => ({
      tiles: tiles.map((_, index) => ({ even: evenOf(saved, index), now: none, steps: undefined })),
      besideThen: tiles.map(() => 0),
    }),

    step(before, sample, { settings }): Step<State> {
      if (!sample) return { state: before, estimates: [] };
      if (sample.source === levelled) {
        const state = { ...before, tiles: before.tiles.map((one) => ({ ...one, even: one.now })) };
        return { state, estimates: evenness(state, settings) };
      }
      const place = corner.get(sample.source);
      if (place) {
        const state = hearCorner(before, sample, ...place);
        return { state, estimates: evenness(state, settings) };
      }
      const state = hearSteps(before, sample, counter.get(sample.source)!);
      return { state, estimates: stuckness(state) };
    },

    save: ({ tiles: all }) => ({ even: all.map(({ even }) => even) }),
  };
}

function hearCorner(state: State, { value, quality }: Sample, index: number, at: number): State {
  const known = quality === "good" ? value : undefined;
  const { even, now, steps } = state.tiles[index]!;
  const heard = now.with(at, known) as unknown as Corners;
  const isNew = even.includes(undefined) && !heard.includes(undefined);
  return { ...state, tiles: state.tiles.with(index, { even: isNew ? heard : even, now: heard, steps }) };
}

/** All four corners of a tile, as far off as each stands; empty while not all are known. */
function offsets({ even, now }: Tile): number[] {
  const [right, endRight, endLeft] = now.map((value, at) => (value ?? Number.NaN) - (even[at] ?? Number.NaN));
  const all = [right!, endRight!, endLeft!, right! + endLeft! - endRight!];
  return all.some(Number.isNaN) ? [] : all;
}

function evenness({ tiles }: State, settings: Readonly<Record<string, unknown>>): Estimate[] {
  const worst = tiles.map((one) => Math.max(0, ...offsets(one).map(Math.abs)));
  const uneven = Math.max(...worst);
  const isKnown = tiles.every((one) => offsets(one).length > 0);
  const quality = isKnown ? "good" : "suspect";
  const isTrip = uneven * 1_000 > Number(settings.tripHeight);
  return [
    { output: "uneven", value: uneven, quality },
    { output: "unevenTile", value: uneven > 0 ? worst.indexOf(uneven) + 1 : 0, quality },
    // A corner that stands off is a hazard, whatever a blind tile would have said.
    { output: "trip", value: isTrip ? 1 : 0, quality: isTrip ? "good" : quality },
  ];
}

function hearSteps(state: State, { value, quality }: Sample, index: number): State {
  const one = state.tiles[index]!;
  if (quality === "bad" || value === one.steps) return state;
  const tiles = state.tiles.with(index, { ...one, steps: value });
  // A counter that is heard for the first time says nothing of when.
  const isFirst = one.steps === undefined;
  const besideThen = state.besideThen.map((then, at) => {
    const isNew = at === index || (isFirst && Math.abs(at - index) === 1);
    return isNew ? besideOf(tiles, at) : then;
  });
  return { tiles, besideThen };
}

/** Steps on the neighbour that has had fewer of them. */
const besideOf = (tiles: readonly Tile[], index: number) =>
  Math.min(...[tiles[index - 1], tiles[index + 1]].flatMap((one) => (one ? [one.steps ?? 0] : [])));

function stuckness({ tiles, besideThen }: State): Estimate[] {
  const isStuck = tiles.map((_, index) => besideOf(tiles, index) - besideThen[index]! >= stepsBeside);
  const stuck = isStuck.filter(Boolean).length;
  return [
    { output: "stuck", value: stuck, quality: "good" },
    { output: "stuckTile", value: isStuck.indexOf(true) + 1, quality: "good" },
  ];
}

/** The level that was saved of one tile, corner by corner. */
function evenOf(saved: unknown, index: number): Corners {
  const { even } = (typeof saved === "object" && saved !== null ? saved : {}) as { even?: unknown };
  const corners: unknown = Array.isArray(even) ? even[index] : undefined;
  const at = (place: number): number | undefined => {
    const value: unknown = Array.isArray(corners) ? corners[place] : undefined;
    return typeof value === "number" && Math.abs(value) <= tile.travelM ? value : undefined;
  };
  return [at(0), at(1), at(2)];
}
