import { createHash } from "node:crypto";
import type { Store } from "#devices/ports/store.ts";
import { canonicalJson } from "#devices/wire.ts";

/**
 * A small JSON document that must survive anything: written whole, sealed with a digest, the last good copy kept
 * beside it. A damaged document is never believed: the copy stands in, and `onDamage` is told.
 */
export class Kept<T> {
  readonly #store: Store;
  readonly #name: string;
  readonly #onDamage: (what: string) => void;
  #turn: Promise<unknown> = Promise.resolve();
  /** What is durable, as far as this process knows. */
  #durable: string | undefined;

  constructor(store: Store, name: string, onDamage: (what: string) => void) {
    this.#store = store;
    this.#name = name;
    this.#onDamage = onDamage;
  }

  /**
   * Undefined when there never was one.
   * @param lost what stands for one that was there, when neither it nor its copy can be believed
   */
  async load(lost?: T): Promise<T | undefined> {
    let isLost = false;
    for (const name of [this.#name, this.#copy]) {
      const bytes = await this.#read(name);
      if (bytes === undefined) continue;
      const content = bytes === unreadable ? undefined : unseal(bytes);
      if (content !== undefined) return content as T;
      isLost = true;
      if (bytes !== unreadable) this.#onDamage(`${name} is damaged and was set aside`);
    }
    return isLost ? lost : undefined;
  }

  /**
   * Durable when it resolves; the copy first, so that at every instant one of the two is whole. One save at a time,
   * in order; what is durable already is not written again, which spares the medium. Rejects with StoreError.
   */
  save(content: T): Promise<void> {
    const text = seal(content);
    const turn = this.#turn.then(() => this.#save(text));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #save(text: string): Promise<void> {
    if (text === this.#durable) return;
    this.#durable = undefined;
    const present = await this.#read(this.#name);
    if (present && present !== unreadable && unseal(present) !== undefined)
      await this.#store.replace(this.#copy, present);
    await this.#store.replace(this.#name, new TextEncoder().encode(text));
    this.#durable = text;
  }

  /** What cannot be read is as good as damaged: a worn cell of the medium must not keep a unit from starting. */
  async #read(name: string): Promise<Uint8Array | typeof unreadable | undefined> {
    try {
      return await this.#store.read(name);
    } catch (error) {
      this.#onDamage(error instanceof Error ? error.message : String(error));
      return unreadable;
    }
  }

  get #copy(): string {
    return `${this.#name}.previous`;
  }
}

/** Stands for a file that is there, and cannot be read. */
const unreadable = Symbol("unreadable");

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

function seal(content: unknown): string {
  const text = canonicalJson(content);
  return `${digest(text)} ${text}\n`;
}

/** What such a file says; undefined when it is damaged. */
export function unseal(bytes: Uint8Array): unknown {
  const line = new TextDecoder().decode(bytes);
  const text = line.slice(17, -1);
  if (line[16] !== " " || line.at(-1) !== "\n" || digest(text) !== line.slice(0, 16)) return undefined;
  return JSON.parse(text);
}
