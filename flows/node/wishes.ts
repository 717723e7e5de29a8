import type { NodeContext, Red } from "./red.ts";

const key = "asked";

/**
 * What nodes have asked of their units, kept in their contexts: a start of Node-RED asks for nothing anew. Where
 * contexts are not kept, a start is a deploy.
 */
export class Wishes {
  #starting = true;

  constructor(red: Pick<Red, "events">) {
    red.events.once("flows:started", () => {
      this.#starting = false;
    });
  }

  /** Whether the settings of this revision were asked for before Node-RED was started. */
  isOld(context: NodeContext, revision: string): boolean {
    try {
      return this.#starting && context.get(key) === revision;
    } catch {
      return false;
    }
  }

  asked(context: NodeContext, revision: string): void {
    context.set(key, revision, () => {});
  }
}
