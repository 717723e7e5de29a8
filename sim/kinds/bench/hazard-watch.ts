import type { EventLoop } from "../../loop.ts";
import type { PortHardware } from "./port-hardware.ts";

/** Why a port must be off, as nature has it. */
export type Hazard =
  | "over-current"
  | "overload"
  | "over-temperature"
  | "load-switch-fault"
  | "meter-stale"
  | "frost";

/**
 * How long a port may be live with a hazard: what the rule grants, the period at which its sensor is read, and a
 * quarter of a second to read it and to switch. ms.
 */
const graceMs = (samplingMs: number): Readonly<Record<Hazard, number>> => ({
  "over-current": samplingMs + 250,
  overload: 1_000 + samplingMs + 250,
  "over-temperature": 3_250,
  "load-switch-fault": 1_250,
  "meter-stale": 2_250,
  // The air is read once a minute, and its thermometer is a good half kelvin wrong.
  frost: 120_000,
});

/**
 * Watches from outside that a port is off when it must be, by what flows and how hot it is, never by what its unit
 * says. A hazard that lasts longer than its grace while the port is live trips it in truth: from then on the port
 * must be off until it is reset, and each second that it is not is counted.
 */
export class HazardWatch {
  readonly #loop: EventLoop;
  readonly #port: PortHardware;
  readonly #graceMs: Readonly<Record<Hazard, number>>;
  /** Since when each hazard holds, and since when with the port live. */
  readonly #since = new Map<Hazard, number>();
  readonly #liveSince = new Map<Hazard, number>();
  #accountedMs: number;
  #isTripped = false;
  #wrongMs = 0;
  #wasLive = false;
  trips = 0;
  slowestMs = 0;

  constructor(loop: EventLoop, port: PortHardware, samplingMs: number) {
    this.#loop = loop;
    this.#port = port;
    this.#graceMs = graceMs(samplingMs);
    this.#accountedMs = loop.now;
    port.onAfter(() => this.look());
  }

  /** Seconds for which the port was live and must not have been. */
  get wrongSeconds(): number {
    this.#account();
    return this.#wrongMs / 1_000;
  }

  /** A hazard that does not show in the port itself begins or ends. */
  set(hazard: Hazard, holds: boolean): void {
    this.#account();
    if (holds === this.#since.has(hazard)) return;
    if (holds) this.#since.set(hazard, this.#loop.now);
    else this.#since.delete(hazard);
    this.#follow();
  }

  /** Somebody reset the port. */
  reset(): void {
    this.#account();
    this.#isTripped = false;
  }

  /** What flows, how hot it is, whether it is live: something of it may have changed. */
  look(): void {
    this.#account();
    const { now } = this.#loop;
    const share = this.#port.amperesAt(now) / this.#port.make.ratedCurrentA;
    this.#mark("over-current", share >= 1.5);
    this.#mark("overload", share >= 1.2);
    this.#mark("load-switch-fault", this.#port.isFaulty);
    this.#follow();
  }

  /** Its contacts are hotter than they may be. */
  hot(isHot: boolean): void {
    this.set("over-temperature", isHot);
  }

  #mark(hazard: Hazard, holds: boolean): void {
    if (!holds) this.#since.delete(hazard);
    else if (!this.#since.has(hazard)) this.#since.set(hazard, this.#loop.now);
  }

  #follow(): void {
    const { isLive } = this.#port;
    const { now } = this.#loop;
    if (this.#wasLive && !isLive) this.#wentOff(now);
    this.#wasLive = isLive;
    for (const hazard of this.#liveSince.keys())
      if (!isLive || !this.#since.has(hazard)) this.#liveSince.delete(hazard);
    if (isLive)
      for (const hazard of this.#since.keys())
        if (!this.#liveSince.has(hazard)) this.#liveSince.set(hazard, now);
  }

  /** A port that goes off while a hazard holds, reacted to it. */
  #wentOff(now: number): void {
    const reactions = [...this.#liveSince].filter(([hazard]) => hazard !== "frost");
    if (reactions.length === 0 || this.#isTripped) return;
    // An overload that ends before its second is none.
    const isTrip = reactions.some(([hazard, sinceMs]) => hazard !== "overload" || now - sinceMs >= 1_000);
    if (!isTrip) return;
    this.#isTripped = true;
    this.trips++;
    this.slowestMs = Math.max(this.slowestMs, ...reactions.map(([, sinceMs]) => now - sinceMs));
  }

  #account(): void {
    const { now } = this.#loop;
    const fromMs = this.#accountedMs;
    this.#accountedMs = now;
    if (!this.#wasLive) return;
    const begins = [...this.#liveSince].map(([hazard, sinceMs]) => sinceMs + this.#graceMs[hazard]);
    const wrongFromMs = this.#isTripped ? fromMs : Math.max(fromMs, Math.min(...begins));
    if (wrongFromMs < now) this.#wrongMs += now - wrongFromMs;
  }
}
