import type { HistorySpan, HistoryState, UnitDetail } from "../unit-detail.ts";

/** A panel that is open asks this often, in real time, however fast the street runs. */
const everyMs = 1_000;

/**
 * One answer of the server, asked for again and again while somebody looks: never twice at a time, at most once a
 * second, and at once when something else is wanted.
 */
export class Feed<Answer> {
  readonly #onAnswer: (answer: Answer) => void;
  readonly #onRefused: (message: string) => void;
  #path: string | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(onAnswer: (answer: Answer) => void, onRefused: (message: string) => void) {
    this.#onAnswer = onAnswer;
    this.#onRefused = onRefused;
  }

  /**
   * @param path what to ask for; undefined for nothing more
   * @param atMs of `performance`'s origin, as events have it; not given where it is to be asked at once
   */
  want(path: string | undefined, atMs = Number.POSITIVE_INFINITY): void {
    const isNew = path !== this.#path;
    this.#path = path;
    if (path === undefined || (this.#isAsking && !isNew)) return;
    if (!isNew && atMs - this.#askedAtMs < everyMs) return;
    if (Number.isFinite(atMs)) this.#askedAtMs = atMs;
    void this.#ask(path);
  }

  async #ask(path: string): Promise<void> {
    this.#isAsking = true;
    try {
      const response = await fetch(path);
      const answer: unknown = await response.json();
      if (path !== this.#path) return;
      if (response.ok) this.#onAnswer(answer as Answer);
      else this.#onRefused((answer as { error: string }).error);
    } catch {
      // The stream says that the server does not answer, and goes on when it does: so does this.
    } finally {
      if (path === this.#path) this.#isAsking = false;
    }
  }
}

const query = (parameters: Readonly<Record<string, string>>) => new URLSearchParams(parameters).toString();

export const detailPath = (unit: UnitDetail["unit"]) => `/detail?${query({ unit })}`;

export const historyPath = (unit: string, source: HistoryState["source"], span: HistorySpan) =>
  `/history?${query({ unit, source, span })}`;
