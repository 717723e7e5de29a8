import { type ChainedEvent, chainFlaws } from "#devices/chain.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import { sha256 } from "#firmware/unit/chains.ts";

type Measurement = { readonly name: string; readonly value: number };

/** What a bench told of itself in records, to be held against the truth: counters, sessions, trips, chains. */
export class RecordsJudge {
  readonly #device: string;
  readonly #counters: ReadonlySet<string>;
  readonly #last = new Map<string, number>();
  readonly #chains = new Map<string, ChainedEvent[]>();
  countersBack = 0;
  sessions = 0;
  sessionWh = 0;
  trips = 0;

  /** @param counters names of the telemetry that must never go back */
  constructor(device: string, counters: Iterable<string>) {
    this.#device = device;
    this.#counters = new Set(counters);
  }

  /** @param onMeasured called with each number told */
  hear(event: UnitEvent, onMeasured: (measurement: Measurement) => void): void {
    if (event.type !== "record") return;
    const { body } = event;
    if (body.type === "measurement" && body.value !== null) {
      const { name, value } = body;
      if (this.#counters.has(name)) {
        if (value < (this.#last.get(name) ?? 0)) this.countersBack++;
        this.#last.set(name, value);
      }
      onMeasured({ name, value });
    }
    if (body.type !== "event") return;
    const { name, fields, chain } = body;
    if (chain) this.#chains.set(name, [...(this.#chains.get(name) ?? []), { name, fields, chain }]);
    if (name === "chargingSession") {
      this.sessions++;
      this.sessionWh += Number(fields.energy);
    } else if (name === "portTrip" && fields.cause !== "none") this.trips++;
  }

  get chainFlaws(): number {
    return [...this.#chains.values()].reduce(
      (sum, events) => sum + chainFlaws(this.#device, events, sha256).length,
      0,
    );
  }
}
