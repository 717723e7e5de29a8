import type { Person } from "../../world/trajectory.ts";
import type { PageState } from "../view.ts";
import { clamp } from "./colour.ts";
import { lampsOf, lampTruth } from "./lamp-state.ts";

/** A person as shown: between two messages from the street, and while fading in or out. */
export interface Walker {
  readonly kind: Person["kind"];
  readonly id: number;
  xM: number;
  readonly yM: number;
  velocityMps: number;
  /** Metres gone, for legs and pedals. */
  strideM: number;
  /** 0 to 1. */
  opacity: number;
}

/** From this speed on nobody can be followed: people are caught now and then, as in a time-lapse film. */
export const timeLapseFrom = 61;
const lapseMs = 800;

const easeMs = 150;
const levelEaseMs = 90;
const fadeMs = 350;
/** Without news for so long the street stands still. */
const predictMsMax = 500;
/** Legs that would turn faster than this many metres a second are a blur. */
const legMpsMax = 3.2;

/** Makes smooth motion of ten messages a second: the street's time, where people are, how bright lamps are. */
export class Motion {
  readonly walkers = new Map<string, Walker>();
  readonly #levels = new Map<string, number>();
  #state: PageState | undefined;
  #heardAtMs = 0;
  #drawnAtMs: number | undefined;
  #nowMs = 0;
  #caught: { readonly slot: number; readonly people: readonly Person[] } | undefined;

  /** @param atMs real time, of any origin. */
  hear(state: PageState, atMs: number): void {
    this.#state = state;
    this.#heardAtMs = atMs;
  }

  /** Time in the street as shown, Unix ms. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Level as shown, %. */
  levelOf(unit: string): number {
    return this.#levels.get(unit) ?? 0;
  }

  /** Moves everything on to real time `atMs`. */
  advance(atMs: number): void {
    const state = this.#state;
    if (!state) return;
    const stepMs =
      this.#drawnAtMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, atMs - this.#drawnAtMs);
    this.#drawnAtMs = atMs;
    const aheadMs = clamp(atMs - this.#heardAtMs, 0, predictMsMax) * state.speed;
    this.#advanceTime(state.nowMs + aheadMs, stepMs, state.speed);
    this.#advanceLevels(state, stepMs);
    this.#advancePeople(state, aheadMs, stepMs);
  }

  #advanceTime(predictedMs: number, stepMs: number, speed: number): void {
    const next = Number.isFinite(stepMs) ? this.#nowMs + stepMs * speed : predictedMs;
    const error = predictedMs - next;
    const isFar = Math.abs(error) > 1_000 * (speed + 1);
    this.#nowMs = isFar || speed === 0 ? predictedMs : next + error * easing(stepMs, easeMs);
  }

  #advanceLevels({ units }: PageState, stepMs: number): void {
    for (const [unit, state] of lampsOf(units)) {
      const { levelPercent } = lampTruth(state);
      const shown = this.#levels.get(unit) ?? levelPercent;
      this.#levels.set(unit, shown + (levelPercent - shown) * easing(stepMs, levelEaseMs));
    }
  }

  #advancePeople(state: PageState, aheadMs: number, stepMs: number): void {
    const isLapse = state.speed >= timeLapseFrom;
    const { slot, people } = isLapse ? this.#catch(state.people) : { slot: -1, people: state.people };
    const present = new Set<string>();
    for (const person of people) {
      const key = `${person.id} ${slot}`;
      present.add(key);
      this.#movePerson(key, person, isLapse ? 0 : aheadMs, isLapse ? 0 : state.speed, stepMs);
    }
    for (const [key, walker] of this.walkers) {
      const share = stepMs / fadeMs;
      walker.opacity = clamp(walker.opacity + (present.has(key) ? share : -share));
      if (walker.opacity === 0 && !present.has(key)) this.walkers.delete(key);
    }
  }

  #catch(people: readonly Person[]) {
    const slot = Math.floor(this.#drawnAtMs! / lapseMs);
    if (this.#caught?.slot !== slot) this.#caught = { slot, people };
    return this.#caught;
  }

  #movePerson(key: string, person: Person, aheadMs: number, speed: number, stepMs: number): void {
    const { id, kind, yM, velocityMps } = person;
    const targetM = person.xM + (velocityMps * aheadMs) / 1_000;
    let walker = this.walkers.get(key);
    if (!walker) {
      walker = { id, kind, xM: targetM, yM, velocityMps, strideM: targetM, opacity: 0 };
      this.walkers.set(key, walker);
    }
    const cruiseM = Number.isFinite(stepMs) ? (velocityMps * speed * stepMs) / 1_000 : 0;
    const errorM = targetM - walker.xM - cruiseM;
    const movedM = cruiseM + errorM * easing(stepMs, easeMs);
    walker.xM += movedM;
    walker.velocityMps = velocityMps;
    const legsM = kind === "cyclist" ? legMpsMax * 2 : legMpsMax;
    walker.strideM += Math.min(Math.abs(movedM), (legsM * Math.min(stepMs, 100)) / 1_000);
  }
}

const easing = (stepMs: number, constantMs: number) => 1 - Math.exp(-stepMs / constantMs);
