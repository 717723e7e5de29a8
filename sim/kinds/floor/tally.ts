import { tile } from "#devices/estimators/footfall/tile.ts";
import type { Strike } from "./contact.ts";
import { isOn, MiddleLine } from "./on-strip.ts";
import type { StripPlace } from "./strip.ts";

const minuteMs = 60_000;
/** Means and flow are those of this many whole minutes and of the one that goes on. */
const minutesKept = 15;

/** What happened within a minute. */
interface Minute {
  readonly number: number;
  steps: number;
  joules: number;
  /** Sum of the highest voltages in steps, V, and of how many. */
  volts: number;
  peaks: number;
  forward: number;
  backward: number;
  /** Sum of the cadences of those who walked over the middle, 1/min, and how many they were. */
  cadences: number;
  walkers: number;
}

/** A foot that is on its tile, alone since it came. */
interface Stance {
  readonly minute: Minute;
  readonly untilMs: number;
  volts: number;
}

const share = (total: number, of: number) => (of > 0 ? total / of : Number.NaN);

/**
 * What the counters and means of a strip should say: it is there when a foot comes down and when a generator moves.
 * Nothing that a unit does reaches it.
 */
export class Tally {
  readonly #place: StripPlace;
  readonly #startMs: number;
  readonly #middle: MiddleLine;
  /** To come, in order of time. */
  readonly #coming: Strike[] = [];
  readonly #stepsOnTile: number[];
  /** By tile. */
  readonly #stances = new Map<number, Stance>();
  readonly #minutes: Minute[] = [];
  #forward = 0;
  #backward = 0;
  #joules: number | undefined;

  constructor(place: StripPlace, startMs: number) {
    this.#place = place;
    this.#startMs = startMs;
    this.#middle = new MiddleLine(place);
    this.#stepsOnTile = Array.from({ length: place.tiles }, () => 0);
  }

  struck(strikes: readonly Strike[]): void {
    this.#coming.push(...strikes.filter((strike) => isOn(this.#place, strike)));
    this.#coming.sort((one, other) => one.atMs - other.atMs);
  }

  /** The generators move. @param voltsOf at the load of a tile's generator, now */
  live(nowMs: number, voltsOf: (tileIndex: number) => number): void {
    this.#step(nowMs);
    for (const [index, stance] of this.#stances)
      if (stance.untilMs > nowMs) stance.volts = Math.max(stance.volts, voltsOf(index));
      else this.#lifted(index);
  }

  /** @param joules what the generators have given to their loads so far */
  generated(joules: number, nowMs: number): void {
    this.#minuteOf(nowMs).joules += joules - (this.#joules ?? joules);
    this.#joules = joules;
  }

  /** By output of the estimator `footfall`; NaN for the mean of nothing. */
  truth(nowMs: number): Readonly<Record<string, number>> {
    this.#step(nowMs);
    const first = Math.floor(nowMs / minuteMs) - minutesKept;
    const kept = this.#minutes.filter(({ number }) => number >= first);
    const sum = (of: (minute: Minute) => number) => kept.reduce((total, minute) => total + of(minute), 0);
    const minutes = (nowMs - Math.max(this.#startMs, first * minuteMs)) / minuteMs;
    return {
      steps: this.#stepsOnTile.reduce((total, steps) => total + steps, 0),
      ...Object.fromEntries(this.#stepsOnTile.map((steps, index) => [`steps${index + 1}`, steps])),
      forward: this.#forward,
      backward: this.#backward,
      flowForward: share(
        sum(({ forward }) => forward),
        minutes,
      ),
      flowBackward: share(
        sum(({ backward }) => backward),
        minutes,
      ),
      cadence: share(
        sum(({ cadences }) => cadences),
        sum(({ walkers }) => walkers),
      ),
      peak: share(
        sum(({ volts }) => volts),
        sum(({ peaks }) => peaks),
      ),
      energyPerStep: share(
        sum(({ joules }) => joules),
        sum(({ steps }) => steps),
      ),
    };
  }

  #step(nowMs: number): void {
    while (this.#coming.length > 0 && this.#coming[0]!.atMs <= nowMs) this.#stepped(this.#coming.shift()!);
  }

  #stepped(strike: Strike): void {
    const index = Math.min(
      this.#place.tiles - 1,
      Math.max(0, Math.floor((strike.xM - this.#place.fromM) / tile.lengthM)),
    );
    const minute = this.#minuteOf(strike.atMs);
    this.#stepsOnTile[index]!++;
    minute.steps++;
    this.#lifted(index);
    this.#stances.set(index, { minute, untilMs: strike.untilMs, volts: 0 });
    const direction = this.#middle.crossedBy(strike);
    if (direction === 0) return;
    if (direction > 0) this.#forward++;
    else this.#backward++;
    minute.forward += direction > 0 ? 1 : 0;
    minute.backward += direction > 0 ? 0 : 1;
    if (strike.stepsPerMinute === 0) return;
    minute.cadences += strike.stepsPerMinute;
    minute.walkers++;
  }

  /** The foot on a tile has left it, or another one has come beside it. */
  #lifted(index: number): void {
    const stance = this.#stances.get(index);
    if (!stance) return;
    this.#stances.delete(index);
    stance.minute.volts += stance.volts;
    stance.minute.peaks++;
  }

  #minuteOf(atMs: number): Minute {
    const number = Math.floor(atMs / minuteMs);
    const known = this.#minutes.find((minute) => minute.number === number);
    if (known) return known;
    const empty = { steps: 0, joules: 0, volts: 0, peaks: 0 };
    const minute = { number, ...empty, forward: 0, backward: 0, cadences: 0, walkers: 0 };
    this.#minutes.push(minute);
    if (this.#minutes.length > minutesKept + 2) this.#minutes.shift();
    return minute;
  }
}
