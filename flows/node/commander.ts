import { seconds } from "../../devices/duration.ts";
import type { Cancel } from "../../devices/ports/clock.ts";
import {
  addressOf,
  type CommandMessage,
  type FlightFile,
  type Refusal,
  type Status,
  unitTopics,
} from "../../devices/wire.ts";
import type { NodeClock } from "./clock.ts";
import { readDescription, readObject, readResult, readStatus } from "./messages.ts";
import { refusalSpoken } from "./phrases.ts";
import { isName } from "./place.ts";
import type { Text } from "./text.ts";
import { argumentRefusals, type Kind, type Order } from "./vocabulary.ts";

/** What became of a command. */
export interface Outcome {
  readonly topic: string;
  /** `timed out`: no answer came within the time to live; the unit may have carried it out all the same. */
  readonly result: "accepted" | "refused" | "timed out";
  readonly site: string;
  readonly unit: string;
  readonly kind: string;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Under which it was sent; null when it was refused before. */
  readonly id: number | null;
  readonly refusals: readonly Refusal[];
  /** The refusals, or what else went wrong, in one line; empty when it was accepted. */
  readonly reason: string;
  /** Of a command that asked for a flight record. */
  readonly flight?: FlightFile;
}

/** What became of a command that was sent. */
type Settled = Pick<Outcome, "result" | "refusals" | "flight">;

export interface CommanderOptions {
  readonly site: string;
  /** The one that all commands go to; empty when each names its own. */
  readonly unit: string;
  readonly kind: Kind;
  readonly order: Order;
  readonly timeToLiveS: number;
  readonly clock: NodeClock;
  readonly text: Text;
  /** Sends a message of QoS 1 that is not retained. Called only while connected. */
  publish(topic: string, payload: string): void;
  /** Called when the connection, the unit's state, or what is pending has changed. */
  changed(): void;
}

interface Pending {
  readonly unit: string;
  readonly cancel: Cancel;
  readonly settle: (settled: Settled) => void;
}

/** Ids rise over all nodes of this process: to one unit, they must. */
let lastId = 0;

/** Sends one command to units, each time under a new id, once, and finds the answer to it by that id. */
export class Commander {
  readonly #options: CommanderOptions;
  readonly #pending = new Map<number, Pending>();
  /** By unit. */
  readonly #kinds = new Map<string, string>();
  readonly #states = new Map<string, Status["state"]>();
  /** What a unit refused without an id: a message that it could not, or would not, read. */
  readonly #unnamed = new Map<string, readonly Refusal[]>();
  #connected = false;

  constructor(options: CommanderOptions) {
    this.#options = options;
  }

  /** Topics to subscribe to. */
  get filters(): readonly string[] {
    const { site, unit } = this.#options;
    const { status, description, result } = unitTopics(site, unit === "" ? "+" : unit);
    return [status, description, result];
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Of the one unit; undefined before it was heard of. */
  get state(): Status["state"] | undefined {
    return this.#states.get(this.#options.unit);
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** To be told at each change of the broker's connection, before any message of the new one. */
  connection(connected: boolean): void {
    this.#connected = connected;
    if (!connected) this.#states.clear();
    this.#options.changed();
  }

  heard(topic: string, payload: Uint8Array): void {
    const unit = addressOf(topic)?.unit;
    const message = readObject(payload);
    if (unit === undefined || !message) return;
    const last = topic.split("/").at(-1);
    const state = readStatus(message)?.state;
    const kind = readDescription(message)?.kind;
    if (last === "status" && state) this.#states.set(unit, state);
    if (last === "description" && kind !== undefined) this.#kinds.set(unit, kind);
    if (last === "result") this.#answered(unit, message);
    else this.#options.changed();
  }

  /** Sends the command, or refuses it at once; `told` hears what became of it, once. */
  command(unit: string, args: Outcome["args"], told: (outcome: Outcome) => void): void {
    const { site, kind, order, text } = this.#options;
    const base = {
      ...{ topic: `${site}/${unit}/${order.name}`, site, unit, kind: kind.kind, command: order.name, args },
    };
    const refusals = this.#refusals(unit, args);
    if (refusals.length > 0)
      told({ ...base, result: "refused", id: null, refusals, reason: reasonOf(refusals, text) });
    else
      this.#send(unit, args, (id, settled) =>
        told({ ...base, ...settled, id, reason: this.#reason(settled) }),
      );
  }

  /** Gives up on what is on its way: nobody is left to be told. */
  close(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #send(unit: string, args: Outcome["args"], told: (id: number, settled: Settled) => void): void {
    const { site, order, clock, timeToLiveS, publish, changed } = this.#options;
    const timeToLive = seconds(timeToLiveS);
    const now = clock.wall();
    const id = Math.max(now, lastId + 1);
    lastId = id;
    const message: CommandMessage = { id, expires: now + timeToLive, command: order.name, args };
    const settle: Pending["settle"] = (settled) => {
      this.#pending.get(id)?.cancel();
      this.#pending.delete(id);
      changed();
      told(id, settled);
    };
    const cancel = clock.after(timeToLive, () =>
      settle({ result: "timed out", refusals: this.#unnamed.get(unit) ?? [] }),
    );
    this.#unnamed.delete(unit);
    this.#pending.set(id, { unit, cancel, settle });
    publish(unitTopics(site, unit).command, JSON.stringify(message));
    changed();
  }

  #answered(unit: string, message: Readonly<Record<string, unknown>>): void {
    const result = readResult(message);
    if (!result) return;
    if (result.id === 0) this.#unnamed.set(unit, result.refusals);
    const pending = this.#pending.get(result.id);
    if (pending?.unit !== unit) return;
    const { state, refusals, flight } = result;
    pending.settle({ result: state, refusals, ...(flight ? { flight } : {}) });
  }

  /** Why a command is not even sent. */
  #refusals(unit: string, args: Outcome["args"]): readonly Refusal[] {
    const { kind, order, text, site } = this.#options;
    const found = this.#kinds.get(unit);
    if (!isName(unit))
      return [{ field: "unit", problem: `is "${unit}"`, expected: text("log.unitExpected") }];
    if (found !== undefined && found !== kind.kind)
      return [{ field: "unit", problem: text("log.isKind", { kind: found }), expected: kind.kind }];
    if (!this.#connected)
      return [{ field: "", problem: text("status.noBroker"), expected: text("log.connection", { site }) }];
    return argumentRefusals(order, args);
  }

  #reason({ result, refusals }: Settled): string {
    const { text, timeToLiveS } = this.#options;
    const silence = result === "timed out" ? [text("log.noAnswer", { seconds: String(timeToLiveS) })] : [];
    return [...silence, ...(refusals.length > 0 ? [reasonOf(refusals, text)] : [])].join("; ");
  }
}

const reasonOf = (refusals: readonly Refusal[], text: Text): string =>
  refusals.map((refusal) => text("checks.refused", refusalSpoken(refusal, text)).trim()).join("; ");
