import { tile } from "#devices/estimators/footfall/tile.ts";
import type { Strike } from "./contact.ts";
import { isOn, MiddleLine } from "./on-strip.ts";
import type { StripPlace } from "./strip.ts";

/** Something that is counted, in truth and by the unit, each thing once. */
export interface Score {
  readonly actual: number;
  readonly counted: number;
  /** Of both, those that are the same. */
  readonly matched: number;
}

/** One more, by a counter of the unit: when it stood higher, and by which counter. */
interface Told {
  readonly atMs: number;
  readonly place: number;
}

/** A foot that lies across a joint is on either tile: from its heel to the ball of the foot, m. */
const jointM = 0.2;
/** A foot that is set down on the edge of the strip, or within this beside it, may be counted or not, m. */
const edgeM = 0.05;
/**
 * A counter stands higher so long after the event: it waits for what may be a wheel's next tile, and for somebody's
 * next steps where one is not yet sure; and it is looked at now and then. A passage may be seen a step early.
 */
const laterMs = { from: 400, to: 4_600 } as const;
/** A step that was not told by so long after it will not be told any more, ms. */
export const toldWithinMs = laterMs.to;

/** Steps and people on one strip, as they were and as the unit's counters rose. */
export class StepJudge {
  readonly #place: StripPlace;
  readonly #steps: Told[] = [];
  readonly #passages: Told[] = [];
  readonly #strikes: Strike[] = [];

  constructor(place: StripPlace) {
    this.#place = place;
  }

  struck(strikes: readonly Strike[]): void {
    this.#strikes.push(...strikes.filter((strike) => isOn(this.#place, strike, edgeM)));
  }

  /** @param tileIndex from 0 on */
  stepCounted(tileIndex: number, atMs: number): void {
    this.#steps.push({ atMs, place: tileIndex });
  }

  passageCounted(direction: 1 | -1, atMs: number): void {
    this.#passages.push({ atMs, place: direction });
  }

  /** Until an instant: what came too late to have been counted is left out, and so is what was counted of that. */
  steps(nowMs: number): Score {
    const past = this.#past(nowMs);
    const told = [...this.#steps];
    const near = (strike: Strike) => (step: Told) =>
      Math.abs((strike.xM - this.#place.fromM) / tile.lengthM - 0.5 - step.place) <
      0.5 + jointM / tile.lengthM;
    const real = past.filter((strike) => isOn(this.#place, strike));
    const matched = take(real, told, near);
    // What was counted of a foot beside the strip is neither right nor wrong.
    take(
      past.filter((strike) => !isOn(this.#place, strike)),
      told,
      near,
    );
    return { actual: real.length, counted: matched + before(told, nowMs), matched };
  }

  /** People who walked over the middle of the strip. `matched` went the way that was told. */
  people(nowMs: number): Score & { readonly seen: number } {
    const crossings = crossingsOf(this.#past(nowMs), this.#place);
    const told = [...this.#passages];
    const rightWay = take(crossings, told, (one) => (passage) => passage.place === one.direction);
    const anyWay = take(crossings, [...this.#passages], () => () => true);
    return {
      actual: crossings.length,
      counted: rightWay + before(told, nowMs),
      seen: Math.max(anyWay, rightWay),
      matched: rightWay,
    };
  }

  #past(nowMs: number): Strike[] {
    return this.#strikes
      .filter(({ atMs }) => atMs < nowMs - laterMs.to)
      .sort((one, other) => one.atMs - other.atMs);
  }
}

/** Steps on the strip that led somebody across its middle. */
function crossingsOf(strikes: readonly Strike[], place: StripPlace): Strike[] {
  const middle = new MiddleLine(place);
  return strikes.filter((strike) => isOn(place, strike) && middle.crossedBy(strike) !== 0);
}

/** How many were told of what must have been before the last that is looked at. */
const before = (told: readonly Told[], nowMs: number) =>
  told.filter(({ atMs }) => atMs < nowMs - laterMs.to + laterMs.from).length;

/** Pairs events with what was told of them, first come first served, and takes those away; returns how many. */
function take<Event extends { readonly atMs: number }>(
  events: readonly Event[],
  told: Told[],
  fits: (event: Event) => (one: Told) => boolean,
): number {
  let pairs = 0;
  for (const event of events) {
    const isNear = fits(event);
    const index = told.findIndex(
      (one) => one.atMs >= event.atMs + laterMs.from && one.atMs <= event.atMs + laterMs.to && isNear(one),
    );
    if (index < 0) continue;
    told.splice(index, 1);
    pairs++;
  }
  return pairs;
}
