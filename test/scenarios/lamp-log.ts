import type { SimulatedUnit } from "#sim/street/simulated-unit.ts";
import type { Street } from "#sim/street/street.ts";

interface Stretch {
  readonly fromMs: number;
  readonly levelPercent: number;
}

/** What the lamp's wires said all night, taken down by itself: a second opinion on the luminaire and the watch. */
export class LampLog {
  readonly #stretches: Stretch[] = [];

  constructor(street: Street, unit: SimulatedUnit) {
    const driver = unit.twins.get("lamp")!;
    const note = () => {
      const levelPercent = driver.output!("enable") === 1 ? driver.output!("level")! : 0;
      this.#stretches.push({ fromMs: street.loop.now, levelPercent });
    };
    note();
    driver.onOutput!(note);
  }

  /** Energy until `endMs`: 3 W of control gear and 57 W of LEDs at full level; 0.3 W when switched off. */
  energyWh(endMs: number): number {
    const watts = (level: number) => (level > 0 ? 3 + 0.57 * level : 0.3);
    return this.#each(endMs).reduce((wh, [level, ms]) => wh + (watts(level) * ms) / 3_600_000, 0);
  }

  minutesLit(endMs: number): number {
    return this.#each(endMs).reduce((sum, [level, ms]) => sum + (level > 0 ? ms / 60_000 : 0), 0);
  }

  levelAt(atMs: number): number {
    return this.#stretches.findLast(({ fromMs }) => fromMs <= atMs)!.levelPercent;
  }

  #each(endMs: number): (readonly [levelPercent: number, ms: number])[] {
    return this.#stretches
      .filter(({ fromMs }) => fromMs < endMs)
      .map(({ fromMs, levelPercent }, at) => {
        const untilMs = Math.min(this.#stretches[at + 1]?.fromMs ?? endMs, endMs);
        return [levelPercent, untilMs - fromMs];
      });
  }
}
