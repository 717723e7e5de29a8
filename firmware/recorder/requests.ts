import { minutes } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { FlightPiece, Refusal } from "#devices/wire.ts";
import { TokenBucket } from "../outbox/token-bucket.ts";
import { spanOf } from "./file.ts";
import type { FlightAnswer, FlightPort } from "./flight-port.ts";
import type { FlightBytes, Keeper } from "./keeper.ts";
import { Sending } from "./sending.ts";

/**
 * So many at once, and then one in so many minutes, of those that are saved as of those that are sent: records of 4 MiB
 * make 0.6 GB a day at most, which a memory card of 8 GB and a thousand erase cycles takes for decades.
 */
const burst = 3;
const period = minutes(10);

/** Records that somebody asks for: within the means of the medium and of the line, whoever asks. */
export class RequestedRecords implements FlightPort {
  readonly #clock: Clock;
  readonly #keeper: Keeper;
  readonly #onTrouble: (what: string) => void;
  readonly #saves: TokenBucket;
  readonly #sends: TokenBucket;
  #isSending = false;
  #sending: Sending | undefined;

  constructor(clock: Clock, keeper: Keeper, onTrouble: (what: string) => void) {
    this.#clock = clock;
    this.#keeper = keeper;
    this.#onTrouble = onTrouble;
    this.#saves = new TokenBucket(clock, 1_000 / period, burst);
    this.#sends = new TokenBucket(clock, 1_000 / period, burst);
  }

  async save(): Promise<FlightAnswer> {
    if (!this.#saves.take()) return tooSoon(this.#saves);
    try {
      return await this.#told(await this.#keeper.save("request", "request"));
    } catch (error) {
      return refused("", `could not be stored: ${wordsOf(error)}`, "a working data partition");
    }
  }

  async send(
    file: string | undefined,
    publish: (piece: FlightPiece) => Promise<void>,
  ): Promise<FlightAnswer> {
    if (this.#isSending) return refused("", "comes while another record is sent", "the end of that");
    this.#isSending = true;
    const answer = await this.#begin(file, publish).catch((error) =>
      refused("args/file", `cannot be read: ${wordsOf(error)}`, "a whole record"),
    );
    if ("refusals" in answer) this.#isSending = false;
    return answer;
  }

  close(): void {
    this.#sending?.close();
  }

  async #begin(
    file: string | undefined,
    publish: (piece: FlightPiece) => Promise<void>,
  ): Promise<FlightAnswer> {
    if (file !== undefined) {
      const names = await this.#keeper.names();
      const expected = names.length > 0 ? `one of ${names.join(", ")}` : "none";
      if (!names.includes(file)) return refused("args/file", `is "${file}"`, expected);
    }
    // Before the record is made, which is the most of the work: whoever asks too often must not get that either.
    if (!this.#sends.take()) return tooSoon(this.#sends);
    const record = await this.#recordCalled(file);
    const answer = await this.#told(record);
    this.#sending = new Sending(this.#clock, record.file, record.bytes, {
      publish,
      onEnd: (missing) => {
        this.#isSending = false;
        this.#sending = undefined;
        if (missing > 0) this.#onTrouble(`of ${record.file} ${missing} bytes were not sent: no connection`);
      },
    });
    return answer;
  }

  /** @param file one that is kept; when not given, the record as it is now */
  async #recordCalled(file: string | undefined): Promise<FlightBytes> {
    if (file === undefined) return this.#keeper.make("request", "request");
    const bytes = await this.#keeper.read(file);
    if (!bytes) throw new Error("it was removed just now");
    return { file, bytes };
  }

  async #told({ file, bytes }: FlightBytes): Promise<FlightAnswer> {
    const { fromMs, untilMs, wallOffsetMs, lostEvents } = await spanOf(bytes);
    const unix = (ms: number) => (wallOffsetMs === null ? null : Math.round(wallOffsetMs + ms));
    // A medium that fails must not keep the record of that from being sent.
    const kept = await this.#keeper.names().catch(() => []);
    return {
      flight: { file, bytes: bytes.length, from: unix(fromMs), until: unix(untilMs), lostEvents, kept },
    };
  }
}

const tooSoon = (bucket: TokenBucket): FlightAnswer =>
  refused("", "comes too soon after others", `a wait of ${Math.ceil(bucket.waitMs(1) / 1_000)} s`);

const refused = (
  field: Refusal["field"],
  problem: Refusal["problem"],
  expected: Refusal["expected"],
): { readonly refusals: readonly Refusal[] } => ({ refusals: [{ field, problem, expected }] });

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
