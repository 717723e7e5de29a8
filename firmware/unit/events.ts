import * as Type from "@sinclair/typebox";
import type { ChainedEvent } from "#devices/chain.ts";
import type { Happening } from "#devices/estimators/estimator.ts";
import type { EventKind, RecordClass } from "#devices/furniture/vocabulary.ts";
import type { RecordBody } from "#devices/wire.ts";
import { check } from "../check.ts";
import { Chains, type KeptChains } from "./chains.ts";

export interface EventsListener {
  /** Keeps the state of the estimators and of the chains. */
  keep(): Promise<boolean>;
  /** Resolves with whether the record is durable. */
  tell(recordClass: RecordClass, body: RecordBody, key: string): Promise<boolean>;
  onTrouble(what: string): void;
}

/**
 * Makes records of what estimators tell, after the state behind it was kept: a session that ended is not ended once
 * more by the next life. Where that cannot be kept, links of chains wait until it can; what is not chained is told all
 * the same. What the declaration does not name never leaves.
 */
export class Events {
  readonly #declared: Readonly<Record<string, EventKind>>;
  readonly #schemas: ReadonlyMap<string, Type.TSchema>;
  readonly #chains: Chains;
  /** Links that an earlier life had kept, and perhaps not told, and those that could not be kept or told so far. */
  #owed: readonly ChainedEvent[];
  readonly #listener: EventsListener;
  #last: Promise<void> = Promise.resolve();

  constructor(
    declared: Readonly<Record<string, EventKind>>,
    device: string,
    chains: KeptChains,
    listener: EventsListener,
  ) {
    this.#declared = declared;
    this.#schemas = new Map(
      Object.entries(declared).map(([name, { fields }]) => [
        name,
        Type.Object(fields, { additionalProperties: false }),
      ]),
    );
    this.#chains = new Chains(device, chains);
    this.#owed = this.#chains.untold;
    this.#listener = listener;
  }

  /** Tells what is owed, at the start and now and then; what was told meanwhile is not told twice. */
  resume(): void {
    const owed = this.#owed;
    this.#owed = [];
    if (owed.length > 0) this.#tellLinks(owed);
  }

  happened({ event: name, fields }: Happening): void {
    const declared = this.#declared[name];
    if (!declared) {
      this.#listener.onTrouble(`event ${name} is not declared`);
      return;
    }
    for (const { field, problem, expected } of check(this.#schemas.get(name)!, fields))
      this.#listener.onTrouble(`event ${name}: ${field} ${problem}; expected ${expected}`);
    const named = Object.fromEntries(Object.entries(fields).filter(([field]) => field in declared.fields));
    if (declared.chained) this.#tellLinks([this.#chains.add(name, named)]);
    else
      this.#afterKeeping(() =>
        this.#tell(declared.recordClass, { type: "event", name, fields: named }).then(() => {}),
      );
  }

  /** Resolves when everything that happened so far was told. */
  settled(): Promise<void> {
    return this.#last;
  }

  saveChains(): KeptChains {
    return this.#chains.save();
  }

  /** A link that is not kept is held back: the next life, which knew nothing of it, would give its number to another. */
  #tellLinks(events: readonly ChainedEvent[]): void {
    this.#afterKeeping(async (isKept) => {
      for (const event of events)
        if (!isKept || !(await this.#tellLink(event))) this.#owed = [...this.#owed, event];
    });
  }

  /** Resolves with whether its record is durable. */
  async #tellLink(event: ChainedEvent): Promise<boolean> {
    const { recordClass } = this.#declared[event.name] ?? { recordClass: "meter" };
    if (!(await this.#tell(recordClass, { type: "event", ...event }))) return false;
    this.#chains.told(event);
    // The copy that stands in for a damaged state knows of it too then, and the next life owes nothing.
    void this.#listener.keep();
    return true;
  }

  /** Resolves with whether the record is durable; one that cannot be told keeps none of those after it back. */
  async #tell(recordClass: RecordClass, body: RecordBody & { readonly name: string }): Promise<boolean> {
    try {
      return await this.#listener.tell(recordClass, body, `event ${body.name}`);
    } catch (error) {
      this.#listener.onTrouble(`${body.name}: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }

  /** In order. @param then told whether the state as of now, of estimators and chains, could be kept */
  #afterKeeping(then: (isKept: boolean) => Promise<void>): void {
    const kept = this.#listener.keep();
    this.#last = this.#last.then(async () => then(await kept));
  }
}
