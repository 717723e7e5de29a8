import type { EventLoop } from "../../loop.ts";
import type { Surroundings } from "../model.ts";
import { fullPowerW, type Luminaire } from "./luminaire.ts";

/** With less natural light than this a lamp must burn. Photocells switch at 20 to 70 lx; this is below all of them. */
export const litBelowLux = 10;
/** And with more than this no photocell would have it burn. */
export const unlitAboveLux = 70;
/** Sunset and sunrise: the upper limb on the horizon, refraction included (Explanatory Supplement to the Astronomical Almanac). */
const sunsetElevationDeg = -0.833;

/** Below this a lamp gives no light to walk by: control gear is dimmable down to 1 % at best (IEC 60929, annex E). */
export const darkBelowPercent = 1;

/** How often daylight is looked at: in twilight it changes by less than a tenth in this time. */
const tickMs = 10_000;

/** What the lamp of one pole really did. */
export interface LampTruth {
  /** Seconds without light in hours that needed it, and the longest such time on end. */
  readonly darkSeconds: number;
  readonly longestDarkSeconds: number;
  /** Minutes by level, in steps of ten percent: `40` is 35 up to 45 %. */
  readonly minutesAtLevel: Readonly<Record<string, number>>;
}

/** Watches every lamp of a street from outside, exactly: at each change of light, and as day turns to night. */
export class NightWatch {
  readonly #loop: EventLoop;
  readonly #lamps = new Map<Luminaire, LampWatch>();
  #mustBurn = false;
  #isNight = false;
  #nightMs = 0;
  #nightSinceMs: number;

  constructor({ loop, world }: Surroundings) {
    this.#loop = loop;
    this.#nightSinceMs = loop.now;
    const tick = () => {
      this.#nightMs = this.#nightSoFarMs;
      this.#nightSinceMs = loop.now;
      this.#isNight = world.sunElevationDeg(loop.now) < sunsetElevationDeg;
      const mustBurn = world.daylightLux(loop.now) < litBelowLux;
      if (mustBurn !== this.#mustBurn) this.#accountAll();
      this.#mustBurn = mustBurn;
      loop.at(loop.now + tickMs, tick);
    };
    tick();
  }

  /** From now on. */
  add(lamp: Luminaire): void {
    const watch = new LampWatch(this.#loop.now);
    this.#lamps.set(lamp, watch);
    lamp.onChange((atMs) => watch.account(atMs, lamp.levelPercent, this.#mustBurn));
  }

  /** Energy that one lamp would have taken at full level from sunset to sunrise, Wh. */
  get energyAlwaysFullWh(): number {
    return (fullPowerW * this.#nightSoFarMs) / 3_600_000;
  }

  of(lamp: Luminaire): LampTruth {
    this.#accountAll();
    return this.#lamps.get(lamp)!.truth;
  }

  get #nightSoFarMs(): number {
    return this.#nightMs + (this.#isNight ? this.#loop.now - this.#nightSinceMs : 0);
  }

  #accountAll(): void {
    for (const [lamp, watch] of this.#lamps) watch.account(this.#loop.now, lamp.levelPercent, this.#mustBurn);
  }
}

class LampWatch {
  readonly #minutes: Record<string, number> = {};
  #lastMs: number;
  #darkMs = 0;
  #darkRunMs = 0;
  #longestMs = 0;

  constructor(startMs: number) {
    this.#lastMs = startMs;
  }

  /** Until `atMs` the lamp has burned at `level`. */
  account(atMs: number, level: number, mustBurn: boolean): void {
    const spanMs = atMs - this.#lastMs;
    // A flash of no duration ends no darkness.
    if (spanMs === 0) return;
    this.#lastMs = atMs;
    const bucket = String(Math.round(level / 10) * 10);
    this.#minutes[bucket] = (this.#minutes[bucket] ?? 0) + spanMs / 60_000;
    const isDark = mustBurn && level < darkBelowPercent;
    this.#darkMs += isDark ? spanMs : 0;
    this.#darkRunMs = isDark ? this.#darkRunMs + spanMs : 0;
    this.#longestMs = Math.max(this.#longestMs, this.#darkRunMs);
  }

  get truth(): LampTruth {
    return {
      darkSeconds: this.#darkMs / 1_000,
      longestDarkSeconds: this.#longestMs / 1_000,
      minutesAtLevel: { ...this.#minutes },
    };
  }
}
