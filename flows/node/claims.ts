import type { Cancel } from "../../devices/ports/clock.ts";

/** Who configures which unit: one node at a time, and when that one goes, the next that asked. */
export class Claims {
  readonly #queues = new Map<string, (() => void)[]>();

  /** `granted` is called when the claim holds: at once, unless somebody else has it. @returns ends the claim. */
  claim(key: string, granted: () => void): { readonly held: boolean; readonly release: Cancel } {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    queue.push(granted);
    const held = queue.length === 1;
    if (held) granted();
    return { held, release: () => this.#release(key, granted) };
  }

  #release(key: string, granted: () => void): void {
    const queue = this.#queues.get(key) ?? [];
    const place = queue.indexOf(granted);
    if (place < 0) return;
    queue.splice(place, 1);
    if (queue.length === 0) this.#queues.delete(key);
    else if (place === 0) queue[0]?.();
  }
}
