import * as Type from "@sinclair/typebox";
import { hours } from "#devices/duration.ts";
import type { ActiveCommand } from "#devices/estimators/estimator.ts";
import type { Command } from "#devices/furniture/vocabulary.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { CommandMessage, CommandResult, Refusal } from "#devices/wire.ts";
import { check } from "./check.ts";
import type { Kept } from "./kept.ts";
import { type KeptCommand, type KeptCommands, keptCommands } from "./kept-commands.ts";
import { parseMessage } from "./message.ts";
import type { FlightAnswer } from "./recorder/flight-port.ts";

const messageBytesMax = 4_096;
/** A flood must not keep the unit from its work: this many at once, and this many a second in the long run. */
const burst = 10;
/** An id that leaps ahead would leave none for whoever comes after: a sender's clock may be wrong by a day. */
const idsAheadMax = hours(24);
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
  onTaken(command: string, args: CommandMessage["args"]): void;
  /** @returns false when there is no such alarm to clear. */
  onAcknowledge(alarm: string): boolean;
  /** A flight record is to be saved, or sent. */
  onFlight(does: "save" | "send", args: CommandMessage["args"]): Promise<FlightAnswer>;
}

/** The answer, or what gives it in its own time. */
type Taken = CommandResult | (() => Promise<CommandResult>);

/** One that an earlier life took, and of which it is not known how long it still holds: no longer than it was to. */
interface Resumed extends ActiveCommand {
  readonly untilWallMs: number;
}

/**
 * Commands to one unit. Each carries a rising id, kept over restarts, and the time after which it must not be
 * carried out: what is replayed, late, retained, too much or wrong is refused with its reasons. Timed commands that are
 * declared to be kept hold over restarts.
 */
export class Commands {
  readonly #declared: Readonly<Record<string, Command>>;
  readonly #schemas: ReadonlyMap<string, Type.TSchema>;
  readonly #clock: Clock;
  readonly #kept: Kept<KeptCommands>;
  readonly #listener: CommandListener;
  #lastId: number;
  #active: readonly ActiveCommand[] = [];
  /** Those of them whose end waits for the time to be known. */
  #resumed: readonly Resumed[] = [];
  #signal: ActiveCommand | undefined;
  #tokens = burst;
  #tokensAtMs: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    declared: Readonly<Record<string, Command>>,
    clock: Clock,
    kept: Kept<KeptCommands>,
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
    this.#lastId = 0;
    this.#listener = listener;
    this.#tokensAtMs = clock.now();
  }

  static async load(
    declared: Readonly<Record<string, Command>>,
    clock: Clock,
    kept: Kept<KeptCommands>,
    listener: CommandListener,
    onTrouble: (what: string) => void = () => {},
  ): Promise<Commands> {
    const commands = new Commands(declared, clock, kept, listener);
    commands.#resume(keptCommands(await kept.load(), commands.#keptSchemas(), onTrouble));
    return commands;
  }

  /** Timed commands in force now, and the signal that is being heard. */
  get active(): readonly ActiveCommand[] {
    if (this.#resumed.length > 0) this.#dateResumed();
    const now = this.#clock.now();
    if (this.#active.some(({ untilMs }) => untilMs <= now))
      this.#active = this.#active.filter(({ untilMs }) => untilMs > now);
    return this.#signal ? [...this.#active, this.#signal] : this.#active;
  }

  /**
   * Takes a message as it came; resolves with the answer for the sender. One at a time, in order; but what takes as long as
   * the medium does holds up none that comes after it.
   */
  take(payload: Uint8Array, retained: boolean): Promise<CommandResult> {
    const turn = this.#turn.then(() => this.#take(payload, retained));
    this.#turn = turn.catch(() => {});
    return turn.then((taken) => (typeof taken === "function" ? taken() : taken));
  }

  async #take(payload: Uint8Array, retained: boolean): Promise<Taken> {
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
    if (id > wall + idsAheadMax)
      return {
        field: "id",
        problem: `is ${id}, more than a day ahead of the unit's clock`,
        expected: "Unix milliseconds, or a smaller number that rises",
      };
    if (expires <= wall)
      return {
        field: "expires",
        problem: `was ${Math.round((wall - expires) / 1_000)} s ago`,
        expected: "the future",
      };
    return undefined;
  }

  async #carryOut({ id, command, args }: CommandMessage, { effect }: Command): Promise<Taken> {
    const active = this.#activeAfter(command, args, effect);
    try {
      await this.#kept.save({ last: id, inForce: this.#toKeep(active) });
    } catch {
      return refused(id, "", "could not be recorded", "a working data partition");
    }
    this.#lastId = id;
    if (effect.kind === "acknowledge") return this.#acknowledge(id, String(args.alarm));
    if (effect.kind === "flight")
      return async () => flown(id, await this.#listener.onFlight(effect.does, args));
    this.#active = active;
    this.#resumed = this.#resumed.filter((one) => active.includes(one));
    if (effect.kind === "signal") this.#signal = { name: command, args, untilMs: this.#clock.now() };
    this.#listener.onTaken(command, args);
    this.#signal = undefined;
    return { id, state: "accepted", refusals: [] };
  }

  /** The timed commands that are in force once this one was taken. */
  #activeAfter(
    name: string,
    args: ActiveCommand["args"],
    effect: Command["effect"],
  ): readonly ActiveCommand[] {
    if (effect.kind !== "timed" && effect.kind !== "cancel") return this.#active;
    const ended = effect.kind === "cancel" ? effect.command : name;
    const isMeant = (other: ActiveCommand) =>
      other.name === ended && (effect.per === undefined || other.args[effect.per] === args[effect.per]);
    const others = this.#active.filter((other) => !isMeant(other));
    if (effect.kind === "cancel") return others;
    return [...others, { name, args, untilMs: this.#clock.now() + lastsMs(args) }];
  }

  #keptSchemas(): ReadonlyMap<string, Type.TSchema> {
    return new Map([...this.#schemas].filter(([name]) => this.#isKept(name)));
  }

  #isKept(name: string): boolean {
    const effect = this.#declared[name]?.effect;
    return effect?.kind === "timed" && effect.kept === true;
  }

  /** A command is only taken while the time is known. */
  #toKeep(active: readonly ActiveCommand[]): readonly KeptCommand[] {
    const leftToWallMs = (this.#clock.wall() ?? 0) - this.#clock.now();
    return active
      .filter(({ name, untilMs }) => this.#isKept(name) && untilMs > this.#clock.now())
      .map(({ name, args, untilMs }) => ({
        ...{ name, args },
        untilWallMs: untilMs === Number.POSITIVE_INFINITY ? null : untilMs + leftToWallMs,
      }));
  }

  #resume({ last, inForce }: KeptCommands): void {
    this.#lastId = last;
    const now = this.#clock.now();
    const resumed = inForce.map(({ name, args, untilWallMs }) => ({
      ...{ name, args },
      untilMs: untilWallMs === null ? Number.POSITIVE_INFINITY : now + lastsMs(args),
      untilWallMs: untilWallMs ?? Number.POSITIVE_INFINITY,
    }));
    this.#active = resumed;
    this.#resumed = resumed.filter(({ untilWallMs }) => Number.isFinite(untilWallMs));
  }

  /** As soon as the time is known, so is how long each still holds. */
  #dateResumed(): void {
    const wall = this.#clock.wall();
    if (wall === undefined) return;
    const now = this.#clock.now();
    const dated = new Map<ActiveCommand, ActiveCommand>(
      this.#resumed.map((one) => [
        one,
        { name: one.name, args: one.args, untilMs: Math.min(one.untilMs, now + one.untilWallMs - wall) },
      ]),
    );
    this.#active = this.#active.map((one) => dated.get(one) ?? one);
    this.#resumed = [];
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

/** For good where no duration is said. */
const lastsMs = ({ duration }: ActiveCommand["args"]) =>
  typeof duration === "number" ? duration * 1_000 : Number.POSITIVE_INFINITY;

const flown = (id: number, answer: FlightAnswer): CommandResult =>
  "flight" in answer
    ? { id, state: "accepted", refusals: [], flight: answer.flight }
    : { id, state: "refused", refusals: answer.refusals };

const refused = (id: number, field: string, problem: string, expected: string): CommandResult => ({
  id,
  state: "refused",
  refusals: [{ field, problem, expected }],
});
