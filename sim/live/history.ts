import { sourcesOf } from "#devices/furniture/vocabulary.ts";
import { publishable, type Sample } from "#devices/sample.ts";
import type { HistorySpan, HistoryState } from "../page/unit-detail.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import { Envelope } from "./envelope.ts";

/**
 * Of each source 360 points over the last hour and 360 over the last night, measured and, where it is known, true: at
 * 8 bytes a point at most 11.5 kB a source, 2 MB for a bench or a strip with 160 of them, however long the street runs.
 */
const spans: Readonly<Record<HistorySpan, { readonly stepMs: number; readonly points: number }>> = {
  hour: { stepMs: 10_000, points: 360 },
  night: { stepMs: 120_000, points: 360 },
};

type Envelopes = Readonly<Record<HistorySpan, Envelope>>;

const newEnvelopes = (): Envelopes => ({
  hour: new Envelope(spans.hour.stepMs, spans.hour.points),
  night: new Envelope(spans.night.stepMs, spans.night.points),
});

function put({ hour, night }: Envelopes, atMs: number, value: number): void {
  hour.put(atMs, value);
  night.put(atMs, value);
}

/** What the sources of one unit were, as it measured them and as they were. */
export class UnitHistory {
  readonly #unit: Pick<SimulatedUnit, "id" | "declaration" | "snapshot" | "site">;
  readonly #quantities: ReturnType<typeof sourcesOf>;
  /** By source. */
  readonly #measured = new Map<string, Envelopes>();
  readonly #truth = new Map<string, Envelopes>();

  constructor(unit: Pick<SimulatedUnit, "id" | "declaration" | "snapshot" | "site">) {
    this.#unit = unit;
    this.#quantities = sourcesOf(unit.declaration);
  }

  /** Takes down what is measured and true at this moment. */
  look(atMs: number): void {
    const { snapshot, site } = this.#unit;
    const unheard = new Set(this.#measured.keys());
    for (const sample of snapshot?.samples ?? []) {
      unheard.delete(sample.source);
      put(envelopesOf(this.#measured, sample.source), atMs, believed(sample));
    }
    for (const source of unheard) put(this.#measured.get(source)!, atMs, Number.NaN);
    for (const [name, value] of Object.entries(site.truth()))
      if (this.#quantities.has(name)) put(envelopesOf(this.#truth, name), atMs, Number(value));
  }

  /** Undefined for a source that the unit's declaration does not have. */
  of(source: string, span: HistorySpan, nowMs: number): HistoryState | undefined {
    const quantity = this.#quantities.get(source);
    if (!quantity) return undefined;
    const point = Object.values(this.#unit.declaration.telemetry).find((one) => one.source === source);
    const measured = (this.#measured.get(source) ?? newEnvelopes())[span];
    const truth = this.#truth.get(source)?.[span];
    const first = Math.min(measured.firstStep(nowMs), truth?.firstStep(nowMs) ?? Number.POSITIVE_INFINITY);
    const bandOf = (envelope: Envelope) =>
      envelope.band(first, nowMs, (value) => publishable(quantity, value));
    return {
      unit: this.#unit.id,
      source,
      span,
      title: point?.title ?? source,
      measure: {
        unit: quantity.unit,
        decimals: quantity.decimals,
        ...(point?.words ? { words: point.words } : {}),
      },
      startMs: first * spans[span].stepMs,
      stepMs: spans[span].stepMs,
      measured: bandOf(measured),
      ...(truth ? { truth: bandOf(truth) } : {}),
    };
  }
}

/** What is stale was so once, and what is bad never. */
const believed = ({ value, quality }: Sample) =>
  quality === "bad" || quality === "stale" ? Number.NaN : value;

function envelopesOf(known: Map<string, Envelopes>, source: string): Envelopes {
  const envelopes = known.get(source) ?? newEnvelopes();
  known.set(source, envelopes);
  return envelopes;
}
