import { milliseconds } from "../../devices/duration.ts";
import type { Cancel } from "../../devices/ports/clock.ts";
import { addressOf, type Status, unitTopics, type WireRecord } from "../../devices/wire.ts";
import type { NodeClock } from "./clock.ts";
import { asksFor, type Filter } from "./filter.ts";
import { readDescription, readObject, readRecord, readStatus } from "./messages.ts";
import { isName } from "./place.ts";
import type { Message } from "./red.ts";
import { Sequences } from "./sequences.ts";
import { recordMessage, statusMessage } from "./telling-message.ts";
import type { Kind } from "./vocabulary.ts";

/** How long the descriptions of units may take after subscribing. */
export const settlingTime = milliseconds(500);
/** More units than a site has, and more than a unit says before its description comes. */
const unitsMax = 4_096;
const waitingMax = 64;
/** A unit that got a new store begins a new epoch; what is on its way of the former one is still the former's. */
const epochsMax = 2;

interface Heard {
  readonly unit: string;
  kind?: string;
  status?: Status;
  /** Of each epoch, the newest last. */
  readonly epochs: Map<string, Sequences>;
  /** What it said before its kind was known. */
  waiting: (() => void)[];
}

export interface EarOptions {
  readonly site: string;
  readonly filter: Filter;
  readonly kinds: readonly Kind[];
  readonly clock: Pick<NodeClock, "after">;
  /** Takes a message for the flow. */
  tell(message: Message): void;
  /** Called whenever `units` or `strange` has changed. */
  changed(): void;
}

/** Listens to the units of a site: lets through what a filter asks for, each record once, and says which came late. */
export class Ear {
  readonly #options: EarOptions;
  readonly #heard = new Map<string, Heard>();
  #settled = false;
  #cancelSettling: Cancel = () => {};
  #strange = 0;

  constructor(options: EarOptions) {
    this.#options = options;
  }

  /** Topics to subscribe to. */
  get filters(): readonly string[] {
    const { site, filter } = this.#options;
    const { description, status, record } = unitTopics(site, filter.unit === "" ? "+" : filter.unit);
    return [description, status, record("+" as Parameters<typeof record>[0])];
  }

  /** Units of the kind that is asked for. */
  get units(): number {
    return [...this.#heard.values()].filter(({ kind }) => this.#isAskedKind(kind)).length;
  }

  /** Messages that were not understood. */
  get strange(): number {
    return this.#strange;
  }

  /** To be told at each change of the broker's connection, before any message of the new one. */
  connection(connected: boolean): void {
    this.#cancelSettling();
    this.#settled = false;
    if (connected) this.#cancelSettling = this.#options.clock.after(settlingTime, () => this.#settle());
  }

  heard(topic: string, payload: Uint8Array): void {
    const from = this.#speaker(topic);
    const part = topic.split("/")[3];
    const message = readObject(payload);
    if (!from) this.#count();
    else if (part === "record") this.#record(from, message);
    else if (part === "description") this.#described(from, readDescription(message)?.kind, payload);
    else this.#stood(from, readStatus(message), payload);
  }

  close(): void {
    this.#cancelSettling();
  }

  #speaker(topic: string): Heard | undefined {
    const unit = addressOf(topic)?.unit ?? "";
    const known = this.#heard.get(unit);
    if (known || !isName(unit) || this.#heard.size >= unitsMax) return known;
    const from: Heard = { unit, epochs: new Map(), waiting: [] };
    this.#heard.set(unit, from);
    return from;
  }

  #described(from: Heard, kind: string | undefined, payload: Uint8Array): void {
    if (kind === undefined) {
      this.#unreadable(payload);
      return;
    }
    from.kind = kind;
    this.#release(from);
    this.#options.changed();
  }

  /** Comings and goings are told, not that a unit is where it was. */
  #stood(from: Heard, status: Status | undefined, payload: Uint8Array): void {
    if (!status) {
      this.#unreadable(payload);
      return;
    }
    const isNews = from.status?.state !== status.state;
    from.status = status;
    const { filter, site, tell } = this.#options;
    if (!isNews || !asksFor(filter, { type: "status", name: "status" })) return;
    this.#whenKnown(from, () => tell(statusMessage({ site, unit: from.unit, kind: from.kind }, status)));
  }

  #record(from: Heard, message: Readonly<Record<string, unknown>> | undefined): void {
    const { site, filter, tell, kinds } = this.#options;
    const record = readRecord(message, `${site}/${from.unit}`);
    if (!record) {
      this.#count();
      return;
    }
    const sequences = sequencesOf(from, record);
    const late = record.sequence < sequences.highest;
    if (!sequences.add(record.sequence)) return;
    const { body } = record;
    if (!asksFor(filter, { type: body.type, name: body.type === "part" ? body.role : body.name })) return;
    this.#whenKnown(from, () => {
      const words = kinds.find(({ kind }) => kind === from.kind);
      tell(recordMessage({ site, unit: from.unit, kind: from.kind }, words, record, late));
    });
  }

  /** A record may overtake the description that says whose it is. */
  #whenKnown(from: Heard, run: () => void): void {
    if (from.kind !== undefined || (this.#settled && this.#options.filter.kind === "")) {
      if (this.#isAskedKind(from.kind)) run();
      return;
    }
    from.waiting.push(run);
    if (from.waiting.length > waitingMax) from.waiting.shift();
  }

  #settle(): void {
    this.#settled = true;
    if (this.#options.filter.kind !== "") return;
    for (const from of this.#heard.values()) this.#release(from);
  }

  #release(from: Heard): void {
    const { waiting } = from;
    from.waiting = [];
    if (this.#isAskedKind(from.kind)) for (const run of waiting) run();
  }

  #isAskedKind(kind: string | undefined): boolean {
    const { filter } = this.#options;
    return filter.kind === "" || filter.kind === kind;
  }

  /** An empty message is how a retained one is deleted. */
  #unreadable(payload: Uint8Array): void {
    if (payload.length > 0) this.#count();
  }

  #count(): void {
    this.#strange++;
    this.#options.changed();
  }
}

function sequencesOf({ epochs }: Heard, { epoch }: WireRecord): Sequences {
  const known = epochs.get(epoch);
  if (known) return known;
  const made = new Sequences();
  epochs.set(epoch, made);
  const [oldest] = epochs.keys();
  if (epochs.size > epochsMax && oldest !== undefined) epochs.delete(oldest);
  return made;
}
