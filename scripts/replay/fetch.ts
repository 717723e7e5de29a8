import { type Duration, minutes, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { Link } from "#devices/ports/link.ts";
import {
  type CommandMessage,
  type CommandResult,
  type FlightFile,
  type FlightPiece,
  unitTopics,
} from "#devices/wire.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** How long a command may be on its way, and its answer. */
const timeToLive: Duration = seconds(30);
/** A unit whose connection is gone goes on within ten minutes of that. */
const silenceMax: Duration = minutes(11);
/** Twice what a unit's memory may hold: nobody makes this one run out of it. */
const bytesMax = 128 << 20;

export interface Asked {
  readonly site: string;
  readonly unit: string;
  readonly command: "saveFlightRecord" | "sendFlightRecord";
  /** One that is kept on the unit; the record as it is now when not given. */
  readonly file?: string;
}

export interface Fetched {
  readonly flight: FlightFile;
  /** Absent where the record was to be kept on the unit only. */
  readonly bytes?: Uint8Array;
}

/** A conversation with one unit about its flight record. */
export class Fetch {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #asked: Asked;
  readonly #onProgress: (share: number) => void;
  readonly #cancels: (() => void)[] = [];
  /** Of each file that is heard of: several may ask at a time, and a piece may come before the answer. */
  readonly #pieces = new Map<string, Map<number, Uint8Array>>();
  #flight: FlightFile | undefined;
  #limit: () => void = () => {};
  #settle: (outcome: Fetched | Error) => void = () => {};

  /** @param clock that knows the time */
  constructor(link: Link, clock: Clock, asked: Asked, onProgress: (share: number) => void = () => {}) {
    this.#link = link;
    this.#clock = clock;
    this.#asked = asked;
    this.#onProgress = onProgress;
  }

  /** Asks, and puts together what comes. Rejects with UserError. */
  async run(): Promise<Fetched> {
    const { site, unit, command } = this.#asked;
    const topics = unitTopics(site, unit);
    const outcome = new Promise<Fetched | Error>((resolve) => {
      this.#settle = resolve;
    });
    const id = Math.floor(this.#clock.wall()!);
    const heard = <T>(topic: string, take: (message: T) => void) =>
      this.#link.subscribe(topic, ({ payload }) => {
        const message = parsed(payload);
        if (message) take(message as T);
      });
    this.#cancels.push(
      heard<CommandResult>(topics.result, (result) => {
        if (result.id === id) this.#answered(result);
      }),
    );
    if (command === "sendFlightRecord")
      this.#cancels.push(heard<FlightPiece>(topics.flight, (piece) => this.#came(piece)));
    this.#wait(timeToLive, `${site}/${unit} does not answer`, "Is it online, and of this version?");
    this.#ask(topics.command, id);
    const found = await outcome;
    this.#limit();
    for (const cancel of this.#cancels) cancel();
    if (found instanceof Error) throw found;
    return found;
  }

  /** There will be no connection, or none of use: waits for nothing more. */
  giveUp(problem: string): void {
    this.#settle(new UserError(problem, exitCodes.environment));
  }

  #ask(topic: string, id: number): void {
    const { command, file } = this.#asked;
    const message: CommandMessage = {
      ...{ id, expires: id + timeToLive, command },
      args: file === undefined ? {} : { file },
    };
    let isAsked = false;
    const onState = (connected: boolean) => {
      if (connected && !isAsked) {
        isAsked = true;
        this.#link.publish(topic, JSON.stringify(message)).catch(() => {});
      } else if (!connected && isAsked)
        this.#fail(
          "the connection to the broker was lost meanwhile",
          "Ask again: a unit sends a piece only once.",
        );
    };
    this.#cancels.push(this.#link.onState(onState));
  }

  #answered({ state, refusals, flight }: CommandResult): void {
    if (state === "refused" || !flight) {
      const why = (refusals ?? []).map(({ field, problem, expected }) =>
        `${field} ${problem}; expected ${expected}`.trim(),
      );
      this.#settle(new UserError(`refused: ${why.join("; ")}`, exitCodes.failed));
      return;
    }
    if (this.#asked.command === "saveFlightRecord") {
      this.#settle({ flight });
      return;
    }
    if (!(flight.bytes <= bytesMax)) {
      this.#fail(`the record has ${flight.bytes} bytes`, `Expected at most ${bytesMax}.`);
      return;
    }
    this.#flight = flight;
    this.#look();
  }

  #came({ file, offset, data }: FlightPiece): void {
    if (typeof file !== "string" || typeof data !== "string" || !Number.isSafeInteger(offset)) return;
    const pieces = this.#pieces.get(file) ?? new Map<number, Uint8Array>();
    this.#pieces.set(file, pieces.set(offset, Buffer.from(data, "base64")));
    if (file === this.#flight?.file) this.#look();
  }

  /** Whether all is there. */
  #look(): void {
    const flight = this.#flight!;
    const pieces = this.#pieces.get(flight.file) ?? new Map<number, Uint8Array>();
    const inOrder: Uint8Array[] = [];
    let end = 0;
    for (let piece = pieces.get(0); piece !== undefined && piece.length > 0; piece = pieces.get(end)) {
      inOrder.push(piece);
      end += piece.length;
    }
    if (end >= flight.bytes) {
      this.#settle({ flight, bytes: Buffer.concat(inOrder, flight.bytes) });
      return;
    }
    this.#onProgress(end / flight.bytes);
    const { site, unit } = this.#asked;
    this.#wait(silenceMax, `${site}/${unit} sends nothing more after ${end} of ${flight.bytes} bytes`);
  }

  #wait(longest: Duration, problem: string, hint = "Is it still online? Ask again."): void {
    this.#limit();
    this.#limit = this.#clock.after(longest, () => this.#fail(problem, hint));
  }

  #fail(problem: string, hint: string): void {
    this.#settle(new UserError(problem, exitCodes.environment, hint));
  }
}

function parsed(payload: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
