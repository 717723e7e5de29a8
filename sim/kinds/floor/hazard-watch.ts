import type { EventLoop } from "../../loop.ts";

/** The alarm that each hazard must raise. */
const alarmOf: Readonly<Record<string, string>> = { jam: "stuckTile", settle: "tripHazard" };
const alarms = Object.values(alarmOf);
/** An alarm may stand so long after what it tells was mended, ms: until the tile was stepped on, or had rested. */
const afterMs = 900_000;

/** Holds the unit's alarms of hazards against the hazards that there are. */
export class HazardWatch {
  readonly #loop: EventLoop;
  readonly #isIcy: () => boolean;
  /** By verb, since when, whether it was told, and until when an alarm of it is right. */
  readonly #standing = new Map<string, { readonly sinceMs: number; untilMs: number; isTold: boolean }>();
  #actual = 0;
  #told = 0;
  #false = 0;
  #slowestS = 0;
  #iceAlarm = false;
  #icySeconds = 0;
  #icyUntoldSeconds = 0;
  #lastTickMs: number;

  constructor(loop: EventLoop, isIcy: () => boolean) {
    this.#loop = loop;
    this.#isIcy = isIcy;
    this.#lastTickMs = loop.now;
  }

  begun(verb: string): void {
    if (alarmOf[verb] === undefined) return;
    this.#actual++;
    this.#standing.set(verb, { sinceMs: this.#loop.now, untilMs: Number.POSITIVE_INFINITY, isTold: false });
  }

  over(verb: string): void {
    const hazard = this.#standing.get(verb);
    if (hazard) hazard.untilMs = this.#loop.now + afterMs;
  }

  heard(alarm: string, state: "raised" | "cleared"): void {
    if (alarm === "iceRisk") this.#iceAlarm = state === "raised";
    if (!alarms.includes(alarm) || state === "cleared") return;
    const verb = Object.keys(alarmOf).find((name) => alarmOf[name] === alarm)!;
    const hazard = this.#standing.get(verb);
    if (!hazard || this.#loop.now > hazard.untilMs) {
      this.#false++;
      return;
    }
    if (hazard.isTold) return;
    hazard.isTold = true;
    this.#told++;
    this.#slowestS = Math.max(this.#slowestS, (this.#loop.now - hazard.sinceMs) / 1_000);
  }

  tick(): void {
    const seconds = (this.#loop.now - this.#lastTickMs) / 1_000;
    this.#lastTickMs = this.#loop.now;
    if (!this.#isIcy()) return;
    this.#icySeconds += seconds;
    if (!this.#iceAlarm) this.#icyUntoldSeconds += seconds;
  }

  figures(): Readonly<Record<string, number>> {
    return {
      "hazards.actual": this.#actual,
      "hazards.alarmed": this.#told,
      "hazards.false": this.#false,
      "hazards.slowestSeconds": this.#slowestS,
      "ice.actualSeconds": this.#icySeconds,
      "ice.untoldSeconds": this.#icyUntoldSeconds,
    };
  }
}
