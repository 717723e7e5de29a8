import type { UnitEvent } from "#firmware/journal.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "../page/unit-detail.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { UnitHistory } from "./history.ts";
import { LastRecords } from "./last-records.ts";
import { TrafficRates } from "./traffic-rates.ts";
import { toUnitDetail } from "./unit-detail.ts";

/** Time of the street between two looks at its units: what is shorter, a chart may not show. */
const lookEveryMs = 5_000;

/** What is kept of one unit for its panel: its history, its records, and how busy its wires are. */
export class UnitWatch {
  readonly #unit: SimulatedUnit;
  readonly #history: UnitHistory;
  readonly #rates: TrafficRates;
  readonly #records: LastRecords;

  constructor(unit: SimulatedUnit) {
    this.#unit = unit;
    this.#history = new UnitHistory(unit);
    this.#rates = new TrafficRates(unit);
    this.#records = new LastRecords(unit.declaration);
  }

  look(atMs: number): void {
    this.#history.look(atMs);
    this.#rates.mark(atMs);
  }

  hear(event: UnitEvent, atMs: number): void {
    this.#records.hear(event, atMs);
  }

  detail(nowMs: number): UnitDetail {
    return toUnitDetail(this.#unit, this.#rates, this.#records, nowMs);
  }

  /** Undefined for a source that the unit's declaration does not have. */
  history(source: string, span: HistorySpan, nowMs: number): HistoryState | undefined {
    return this.#history.of(source, span, nowMs);
  }
}

/** Watches every unit of a street from now on, by its id. */
export function watchUnits(street: Street): ReadonlyMap<string, UnitWatch> {
  const { loop, units } = street;
  const watches = new Map(units.map((unit) => [unit.id, new UnitWatch(unit)]));
  street.listen((unit, event) => watches.get(unit.id)!.hear(event, loop.now));
  const look = () => {
    for (const watch of watches.values()) watch.look(loop.now);
    loop.quietlyAt(loop.now + lookEveryMs, look);
  };
  loop.quietlyAt(loop.now, look);
  return watches;
}
