import type { Duration } from "../../devices/duration.ts";
import type { Cancel } from "../../devices/ports/clock.ts";
import type { NodeClock } from "./clock.ts";
import type { NodeStatus, RuntimeNode } from "./red.ts";

/** What stands under a node: the newest, changed at most once in a pause. */
export class Shown {
  readonly #node: Pick<RuntimeNode, "status">;
  readonly #clock: Pick<NodeClock, "after">;
  readonly #pause: Duration;
  #text = "";
  #next: NodeStatus | undefined;
  #timer: Cancel | undefined;

  constructor(node: Pick<RuntimeNode, "status">, clock: Pick<NodeClock, "after">, pause: Duration) {
    this.#node = node;
    this.#clock = clock;
    this.#pause = pause;
  }

  show(status: NodeStatus): void {
    this.#next = status;
    if (!this.#timer) this.#flush();
  }

  close(): void {
    this.#timer?.();
  }

  #flush(): void {
    this.#timer = undefined;
    const text = JSON.stringify(this.#next);
    if (this.#next === undefined || text === this.#text) return;
    this.#text = text;
    this.#node.status(this.#next);
    this.#timer = this.#clock.after(this.#pause, () => this.#flush());
  }
}
