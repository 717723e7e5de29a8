/**
 * Work that nobody waits for, done one at a time per key in the order it was asked for. What fails is reported,
 * and the next goes on.
 */
export class Sequences {
  readonly #report: (error: unknown) => void;
  readonly #last = new Map<string, Promise<void>>();

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  add(key: string, work: () => Promise<void>): void {
    const before = this.#last.get(key) ?? Promise.resolve();
    const job = before.catch(() => {}).then(work);
    this.#last.set(key, job);
    job.catch(this.#report);
  }

  /** How the newest work of `key` ends. */
  async outcome(key: string): Promise<void> {
    await this.#last.get(key);
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
