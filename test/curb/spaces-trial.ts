import { space } from "#devices/estimators/curb/space.ts";
import type { Context, Estimate } from "#devices/estimators/estimator.ts";
import { magneticFluxDensity } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import { SpaceJudge } from "#sim/kinds/curb/judge.ts";
import { staysAt } from "#sim/kinds/curb/parking.ts";
import { groundDistanceM, Scene } from "#sim/kinds/curb/scene.ts";
import { localClock } from "#sim/world/local-time.ts";
import { random } from "#sim/world/random.ts";
import { createWorld } from "#sim/world/street.ts";
import { createTraffic, makeVehicle } from "#sim/world/vehicles.ts";

export interface Trial {
  readonly days: number;
  readonly spaces: number;
  /** Spaces that have a lidar, from the first on. */
  readonly lidars: number;
  readonly seed: number;
}

export interface Outcome {
  readonly rightShare: number;
  readonly stays: number;
  readonly missed: number;
  readonly phantom: number;
  /** Seconds, of arrivals and departures. */
  readonly delayMax: number;
  readonly delayP95: number;
}

const location = { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" } as const;
/** Monday. */
const startMs = Date.UTC(2026, 3, 13, 3);
const settings = { groundDistance: Math.round(groundDistanceM * 100) / 100 };

/**
 * A kerb's spaces in the world with its traffic, estimated from perfect samples at the unit's own rate: every 2 s, and
 * every 0.5 s while a change is in the air. No buses, so that a month passes in minutes.
 */
export function spacesTrial({ days, spaces, lidars, seed }: Trial): Outcome {
  const world = createWorld({ seed, location, startUnixMs: startMs, lengthM: 100 });
  const local = localClock(location.timeZone);
  const traffic = createTraffic(seed, 400, local);
  const scene = new Scene(world, traffic, 50, spaces);
  const draws = random(seed, "trial");
  const endMs = startMs + days * 86_400_000;
  const kerbs = Array.from({ length: spaces }, (_, index) => {
    const number = index + 1;
    const stays = staysAt(seed, `space ${number}`, startMs + 90_000, local, false);
    return {
      number,
      stays,
      next: stays.next().value!,
      isTrue: false,
      judge: new SpaceJudge(startMs),
      field: scene.magnetometer(number, random(seed, `field ${number}`)),
      beam:
        number <= lidars
          ? scene.lidar(number, random(seed, `beam ${number}`), random(seed, `walkers ${number}`))
          : undefined,
      unit: new SpaceOnTable(number),
    };
  });
  let lorryUntilMs = 0;
  for (let nowMs = startMs; nowMs < endMs; nowMs += 500) {
    // Twice an hour a lorry stands in the lane beside some space, for minutes.
    if (nowMs % 1_800_000 === 0) {
      const lorry = makeVehicle(-1, "lorry", draws);
      scene.doublePark(lorry, draws.integer(1, spaces));
      lorryUntilMs = nowMs + draws.uniform(20_000, 600_000);
    }
    if (lorryUntilMs !== 0 && nowMs >= lorryUntilMs) {
      scene.doublePark(undefined, 1);
      lorryUntilMs = 0;
    }
    for (const kerb of kerbs) {
      const { next, judge, unit } = kerb;
      if (nowMs >= next.stopMs - next.inMs) scene.enter(kerb.number, next);
      if (!kerb.isTrue && nowMs >= next.stopMs && nowMs < next.goMs) {
        kerb.isTrue = true;
        judge.is(true, next.stopMs);
      }
      if (kerb.isTrue && nowMs >= next.goMs) {
        kerb.isTrue = false;
        judge.is(false, next.goMs);
      }
      if (nowMs >= next.goMs + next.outMs) {
        scene.leave(kerb.number);
        kerb.next = kerb.stays.next().value!;
      }
      if (!unit.isUrgent && nowMs % 2_000 !== 0) continue;
      const before = unit.occupied;
      unit.read(kerb.field(nowMs), kerb.beam?.(nowMs), nowMs - startMs);
      if (unit.occupied !== before) judge.says(unit.occupied, nowMs);
    }
  }
  const scores = kerbs.map(({ judge }) => judge.score(endMs));
  const sum = (of: (score: (typeof scores)[number]) => number) =>
    scores.reduce((all, one) => all + of(one), 0);
  const delays = scores.flatMap((score) => score.delays).sort((a, b) => a - b);
  return {
    rightShare: sum(({ rightSeconds }) => rightSeconds) / sum(({ seconds }) => seconds),
    stays: sum(({ stays }) => stays),
    missed: sum(({ missed }) => missed),
    phantom: sum(({ phantom }) => phantom),
    delayMax: delays.at(-1) ?? 0,
    delayP95: delays[Math.floor(delays.length * 0.95)] ?? 0,
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One space's estimator, fed by hand: with one sample and one context that are written anew each time, for speed. */
class SpaceOnTable {
  readonly #estimator: ReturnType<typeof space>;
  readonly #sample: Mutable<Sample> = {
    source: "x",
    value: 0,
    quantity: magneticFluxDensity,
    quality: "good",
    atMs: 0,
    wallMs: undefined,
    clock: "none",
    boot: 1,
  };
  readonly #context: Mutable<Context> = {
    nowMs: 0,
    wallMs: undefined,
    clock: "none",
    device: "pier/curb-1",
    settings,
    commands: [],
    ...location,
  };
  #state: ReturnType<ReturnType<typeof space>["initial"]>;
  occupied: boolean | undefined;
  isUrgent = true;

  constructor(number: number) {
    this.#estimator = space(number, { x: "x", y: "y", z: "z", distance: "d" });
    this.#state = this.#estimator.initial(undefined);
  }

  read([x, y, z]: readonly [number, number, number], beamM: number | undefined, nowMs: number): void {
    this.#sample.atMs = nowMs;
    this.#context.nowMs = nowMs;
    this.#hear("x", x);
    this.#hear("y", y);
    this.#hear("z", z);
    if (beamM !== undefined) this.#hear("d", beamM);
  }

  #hear(source: string, value: number): void {
    this.#sample.source = source;
    this.#sample.value = value;
    const { state, estimates } = this.#estimator.step(this.#state, this.#sample, this.#context);
    this.#state = state;
    for (const estimate of estimates) this.#told(estimate);
  }

  #told({ output, value, quality }: Estimate): void {
    if (output === "attention") this.isUrgent = value === 1;
    if (output === "occupied") this.occupied = quality === "bad" ? undefined : value === 1;
  }
}
