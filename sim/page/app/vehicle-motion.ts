import type { PageState } from "../view.ts";
import { clamp } from "./colour.ts";
import { timeLapseFrom } from "./motion.ts";

type VehicleState = PageState["vehicles"][string];

/** A vehicle as shown: between two messages from the street, and while fading in or out. */
export interface ShownVehicle {
  readonly vehicle: VehicleState;
  readonly xM: number;
  readonly yM: number;
  /** Along the street in its own time, m/s; 0 while it stands. */
  readonly velocityMps: number;
  /** 0 to 1. */
  readonly opacity: number;
}

const fadeMs = 350;
const lapseMs = 800;
/** Slower than this it stands, m/s. */
const standsBelowMps = 0.2;

interface Heard {
  readonly state: PageState;
  readonly atMs: number;
}

/** Vehicles between the last two messages, one message late: they park and turn without a jerk. */
export class VehicleMotion {
  #before: Heard | undefined;
  #last: Heard | undefined;
  #caughtSlot = -1;
  #caught: PageState["vehicles"] = {};
  #shown = new Map<string, ShownVehicle>();
  #drawnAtMs: number | undefined;

  get shown(): Iterable<ShownVehicle> {
    return this.#shown.values();
  }

  /** @param atMs real time, of any origin. */
  hear(state: PageState, atMs: number): void {
    this.#before = this.#last;
    this.#last = { state, atMs };
  }

  /** Moves everything on to real time `atMs`. */
  advance(atMs: number): void {
    if (!this.#last) return;
    const share = (atMs - (this.#drawnAtMs ?? atMs - fadeMs)) / fadeMs;
    this.#drawnAtMs = atMs;
    const isLapse = this.#last.state.speed >= timeLapseFrom;
    const present = isLapse ? this.#catch(atMs) : this.#between(atMs);
    for (const [key, old] of this.#shown)
      if (!present.has(key) && old.opacity > share)
        present.set(key, { ...old, opacity: old.opacity - share });
    for (const [key, one] of present) {
      const old = this.#shown.get(key);
      if (one.opacity === 1) present.set(key, { ...one, opacity: clamp((old?.opacity ?? 0) + share) });
    }
    this.#shown = present;
  }

  #between(atMs: number): Map<string, ShownVehicle> {
    const last = this.#last!;
    const before = this.#before ?? last;
    const gapMs = last.atMs - before.atMs;
    const share = gapMs > 0 ? clamp((atMs - last.atMs) / gapMs) : 1;
    const streetSeconds = Math.max(0.001, (last.state.nowMs - before.state.nowMs) / 1_000);
    const present = new Map<string, ShownVehicle>();
    for (const [id, vehicle] of Object.entries(last.state.vehicles)) {
      const from = before.state.vehicles[id] ?? vehicle;
      const velocityMps = (vehicle.xM - from.xM) / streetSeconds;
      present.set(id, {
        vehicle,
        xM: from.xM + (vehicle.xM - from.xM) * share,
        yM: from.yM + (vehicle.yM - from.yM) * share,
        velocityMps: Math.abs(velocityMps) < standsBelowMps ? 0 : velocityMps,
        opacity: 1,
      });
    }
    return present;
  }

  /** Faster than anybody can follow: they are caught now and then, as in a time-lapse film. */
  #catch(atMs: number): Map<string, ShownVehicle> {
    const slot = Math.floor(atMs / lapseMs);
    if (slot !== this.#caughtSlot) this.#caught = this.#last!.state.vehicles;
    this.#caughtSlot = slot;
    return new Map(
      Object.values(this.#caught).map((vehicle) => {
        const { id, xM, yM } = vehicle;
        return [`${id} ${Math.round(xM)}`, { vehicle, xM, yM, velocityMps: 0, opacity: 1 }];
      }),
    );
  }
}
