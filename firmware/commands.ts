import { type TSchema, Type } from "@sinclair/typebox";
import type { ActiveCommand } from "#devices/estimators/estimator.ts";
import type { Command } from "#devices/furniture/vocabulary.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { CommandMessage, CommandResult, Refusal } from "#devices/wire.ts";
import { check } from "./check.ts";
import type { Kept } from "./kept.ts";
import { parseMessage } from "./message.ts";

const messageBytesMax = 4_096;
/** A flood must not keep the unit from its work: this many at once, and this many a second in the long run. */
const burst = 10;
const perSecond = 1;

const envelope = Type.Object(
  {
    id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    expires: Type.Number({ minimum: 0 }),
    command: Type.String({ minLength: 1, maxLength: 64 }),
    args: Type.Object({}, { additionalProperties: true }),
  },
  { additionalProperties: false },
);

/** What commands set in motion. */
export interface CommandListener {
  /** A command was taken: a timed one is in force, one was ended, or a signal is active during this call. */
  onTaken(command: string): void;
  /** @returns false when there is no such alarm to clear. */
  onAcknowledge(alarm: string): boolean;
}

/**
 * Commands to one unit. Each carries a rising id, kept over restarts, and the time after which it must not be
 * carried out: what is replayed, late, retained, too much or wrong is refused with its reasons.
 */
export class Commands {
  readonly #declared: Readonly<Record<string, Command>>;
  readonly #schemas: ReadonlyMap<string, TSchema>;
  readonly #clock: Clock;
  readonly #kept: Kept<number>;
  readonly #listener: CommandListener;
  #lastId: number;
  #active: readonly ActiveCommand[] = [];
  #signal: ActiveCommand | undefined;
  #tokens = burst;
  #tokensAtMs: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    declared: Readonly<Record<string, Command>>,
    clock: Clock,
    kept: Kept<number>,
    lastId: number,
    listener: CommandListener,
  ) {
    this.#declared = declared;
    this.#schemas = new Map(
      Object.entries(declared).map(([name, { args }]) => [
        name,
        Type.Object(args, { additionalProperties: false }),
      ]),
    );
    this.#clock = clock;
    this.#kept = kept;
    this.#lastId = lastId;
    this.#listener = listener;
    this.#tokensAtMs = clock.now();
  }

  static async load(
    declared: Readonly<Record<string, Command>>,
    clock: Clock,
    kept: Kept<number>,
    listener: CommandListener,
  ): Promise<Commands> {
    return new Commands(declared, clock, kept, (await kept.load()) ?? 0, listener);
  }

  /** Timed commands in force now, and the signal that is being heard. */
  get active(): readonly ActiveCommand[] {
    const now = this.#clock.now();
    if (this.#active.some(({ untilMs }) => untilMs <= now))
      this.#active = this.#active.filter(({ untilMs }) => untilMs > now);
    return this.#signal ? [...this.#active, this.#signal] : this.#active;
  }

  /** Takes a message as it came; resolves with the answer for the sender. One at a time, in order. */
  take(payload: Uint8Array, retained: boolean): Promise<CommandResult> {
    const turn = this.#turn.then(() => this.#take(payload, retained));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #take(payload: Uint8Array, retained: boolean): Promise<CommandResult> {
    if (!this.#spend()) return refused(0, "", "comes in a flood", `at most ${perSecond} a second`);
    const { value, refusals } = parseMessage(payload, messageBytesMax, envelope);
    if (refusals) return { id: 0, state: "refused", refusals };
    const message = value as CommandMessage;
    const refusal = retained
      ? { field: "", problem: "was retained by the broker", expected: "a command sent now, not retained" }
      : this.#untimely(message);
    if (refusal) return { id: message.id, state: "refused", refusals: [refusal] };
    const command = this.#declared[message.command];
    const schema = this.#schemas.get(message.command);
    if (!command || !schema)
      return refused(
        message.id,
        "command",
        `is "${message.command}"`,
        Object.keys(this.#declared).join(", "),
      );
    const wrong = check(schema, message.args);
    if (wrong.length > 0) {
      const refusals = wrong.map((one) => ({ ...one, field: `args/${one.field}` }));
      return { id: message.id, state: "refused", refusals };
    }
    return await this.#carryOut(message, command);
  }

  #untimely({ id, expires }: CommandMessage): Refusal | undefined {
    const wall = this.#clock.wall();
    if (id <= this.#lastId)
      return { field: "id", problem: `is ${id}`, expected: `more than ${this.#lastId}, the last one taken` };
    if (wall === undefined)
      return {
        field: "expires",
        problem: "cannot be judged: the unit does not know the time",
        expected: "a set clock",
      };
    if (expires <= wall)
      return {
        field: "expires",
        problem: `was ${Math.round((wall - expires) / 1_000)} s ago`,
        expected: "the future",
      };
    return undefined;
  }

  async #carryOut({ id, command, args }: CommandMessage, { effect }: Command): Promise<CommandResult> {
    try {
      await this.#kept.save(id);
    } catch {
      return refused(id, "", "could not be recorded", "a working data partition");
    }
    this.#lastId = id;
    if (effect.kind === "acknowledge") return this.#acknowledge(id, String(args.alarm));
    const now = this.#clock.now();
    if (effect.kind === "signal") this.#signal = { name: command, args, untilMs: now };
    else {
      const ended = effect.kind === "cancel" ? effect.command : command;
      const isMeant = (other: ActiveCommand) =>
        other.name === ended && (effect.per === undefined || other.args[effect.per] === args[effect.per]);
      this.#active = this.#active.filter((other) => !isMeant(other));
      if (effect.kind === "timed")
        this.#active = [
          ...this.#active,
          { name: command, args, untilMs: now + Number(args.duration) * 1_000 },
        ];
    }
    this.#listener.onTaken(command);
    this.#signal = undefined;
    return { id, state: "accepted", refusals: [] };
  }

  #acknowledge(id: number, alarm: string): CommandResult {
    if (this.#listener.onAcknowledge(alarm)) return { id, state: "accepted", refusals: [] };
    return refused(id, "args/alarm", `is "${alarm}"`, "a raised alarm whose condition is over");
  }

  #spend(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#tokensAtMs) / 1_000) * perSecond);
    this.#tokensAtMs = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

const refused = (id: number, field: string, problem: string, expected: string): CommandResult => ({
  id,
  state: "refused",
  refusals: [{ field, problem, expected }],
});
