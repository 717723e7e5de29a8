import type { WireTraffic } from "../board.ts";
import type { BusState } from "../page/unit-detail.ts";

/** What passed over a bus or a line so far, and what went wrong. */
interface Count extends Pick<BusState, "name" | "kind" | "total" | "errors"> {
  readonly busyMs: number;
}

interface Mark {
  readonly atMs: number;
  readonly counts: readonly Count[];
}

/** How much passes over the wires of one unit, of what is counted on them: between now and the mark before the last. */
export class TrafficRates {
  readonly #wires: { readonly traffic: WireTraffic };
  #marks: readonly Mark[] = [];

  constructor(wires: { readonly traffic: WireTraffic }) {
    this.#wires = wires;
  }

  /** To be called every few seconds. */
  mark(atMs: number): void {
    this.#marks = [...this.#marks.slice(-1), { atMs, counts: countsOf(this.#wires.traffic) }];
  }

  at(nowMs: number): Omit<BusState, "roles">[] {
    const [before] = this.#marks;
    const passedMs = before ? nowMs - before.atMs : 0;
    return countsOf(this.#wires.traffic).map(({ busyMs, ...count }) => {
      const then = before?.counts.find(({ name }) => name === count.name);
      if (!then || passedMs <= 0) return count;
      return {
        ...count,
        perSecond: (1_000 * (count.total - then.total)) / passedMs,
        busyShare: (busyMs - then.busyMs) / passedMs,
      };
    });
  }
}

function countsOf({ i2c, serial }: WireTraffic): Count[] {
  const buses = [...i2c].map(
    ([name, { transfers, busyMs, nacks, busErrors }]): Count => ({
      name,
      kind: "i2c",
      total: transfers,
      busyMs,
      errors: happened(["not acknowledged", nacks], ["bus errors", busErrors]),
    }),
  );
  const lines = [...serial].map(
    ([name, { sentBytes, receivedBytes, busyMs, errors }]): Count => ({
      name,
      kind: "serial",
      total: sentBytes + receivedBytes,
      busyMs,
      errors: happened(["garbled or not sent", errors]),
    }),
  );
  return [...buses, ...lines];
}

const happened = (...errors: (readonly [what: string, count: number])[]): BusState["errors"] =>
  errors.flatMap(([what, count]) => (count > 0 ? { what, count } : []));
