import { type Furniture, sourcesOf } from "#devices/furniture/vocabulary.ts";
import type { Message } from "#devices/ports/link.ts";
import type { Sample } from "#devices/sample.ts";
import {
  type Health,
  type RecordBody,
  type ReportedSettings,
  type UnitTopics,
  unitTopics,
} from "#devices/wire.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Testimony } from "../street/host.ts";

type Measurement = Extract<RecordBody, { readonly type: "measurement" }>;
type Event<Type extends UnitEvent["type"]> = Extract<UnitEvent, { readonly type: Type }>;

/**
 * What can be known of a unit from outside: from its journal, and from what it says to its broker. Samples are those
 * that its telemetry tells, as rounded and as seldom as it does; who has not said something yet is not known to be so.
 * Alarms, settings and numbers of records outlast a life, since the unit keeps them too.
 */
export class UnitFromOutside {
  readonly #declaration: Furniture;
  readonly #config: UnitConfig;
  readonly #topics: UnitTopics;
  readonly #quantities: ReturnType<typeof sourcesOf>;
  readonly #alarms = new Set<string>();
  #settings: ReportedSettings | undefined;
  #made: number | undefined;
  /** Of this life. */
  #boot: number | undefined;
  #connected = false;
  readonly #samples = new Map<string, Sample>();
  readonly #targets = new Map<string, Testimony["targets"][string]>();
  readonly #parts = new Map<string, Testimony["parts"][string]>();

  constructor(declaration: Furniture, config: UnitConfig) {
    this.#declaration = declaration;
    this.#config = config;
    this.#topics = unitTopics(config.site, config.unit);
    this.#quantities = sourcesOf(declaration);
  }

  /** Undefined before the unit has said anything in this life. */
  get testimony(): Testimony | undefined {
    if (this.#boot === undefined) return undefined;
    return {
      boot: this.#boot,
      samples: [...this.#samples.values()],
      targets: Object.fromEntries(this.#targets),
      parts: Object.fromEntries(this.#parts),
      alarms: [...this.#alarms],
      connected: this.#connected,
      ...(this.#settings ? { settings: this.#settings } : {}),
      ...(this.#made === undefined ? {} : { records: { made: this.#made } }),
    };
  }

  /** Whether it has told of each of its parts in this life. */
  get hasToldOfAllParts(): boolean {
    return Object.keys(this.#config.parts).every((role) => this.#parts.has(role));
  }

  /** The process ended: what it said last holds no longer, but for what its medium keeps. */
  ended(): void {
    this.#boot = undefined;
    this.#connected = false;
    this.#samples.clear();
    this.#targets.clear();
    this.#parts.clear();
  }

  /** @param atMs since this life began */
  hear(event: UnitEvent, atMs: number): void {
    switch (event.type) {
      case "started":
        this.#boot = event.boot;
        break;
      case "link":
        this.#connected = event.connected;
        break;
      case "part":
        this.#partMoved(event);
        break;
      case "actuator":
        this.#targets.set(event.name, { value: event.value, reason: event.reason });
        break;
      case "alarm":
        if (event.state === "raised") this.#alarms.add(event.name);
        else this.#alarms.delete(event.name);
        break;
      case "record":
        this.#made = event.sequence;
        if (event.body.type === "measurement") this.#measured(event.body, atMs);
        break;
      default:
    }
  }

  /** What the broker has taken from the unit. */
  receive({ topic, payload }: Message): void {
    if (topic === this.#topics.reported) this.#settings = jsonOf(payload);
    if (topic !== this.#topics.health) return;
    const health = jsonOf<Health>(payload);
    if (!health || this.#boot === undefined) return;
    for (const [role, part] of Object.entries(health.parts)) this.#parts.set(role, part);
  }

  /** How often it failed is told later, with the health. */
  #partMoved({ role, state, fault }: Event<"part">): void {
    const failures = this.#parts.get(role)?.failures ?? 0;
    const part = this.#config.parts[role]?.part.id;
    if (part === undefined) return;
    this.#parts.set(role, {
      part,
      state,
      failures: state === "ok" ? 0 : failures,
      ...(fault === undefined ? {} : { fault }),
    });
  }

  #measured({ name, value, quality }: Measurement, atMs: number): void {
    const source = this.#declaration.telemetry[name]?.source;
    const quantity = source === undefined ? undefined : this.#quantities.get(source);
    if (source === undefined || !quantity) return;
    this.#samples.set(source, {
      source,
      value: value ?? Number.NaN,
      quantity,
      quality,
      atMs,
      wallMs: undefined,
      clock: "none",
      boot: this.#boot ?? 0,
    });
  }
}

/** Undefined for what is no JSON: an empty message, say, by which somebody clears what is retained. */
function jsonOf<T>(payload: Uint8Array): T | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(payload)) as T;
  } catch {
    return undefined;
  }
}
