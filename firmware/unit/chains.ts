import { createHash } from "node:crypto";
import { type ChainedEvent, chainText, genesis } from "#devices/chain.ts";

/** One chain as it is kept: where it ends, and those of its links that are perhaps in no outbox yet. */
export interface KeptChain {
  readonly number: number;
  readonly hash: string;
  readonly untold: readonly ChainedEvent[];
}

export type KeptChains = Readonly<Record<string, KeptChain>>;

export const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/**
 * The chains of one unit's events, by name. A link is kept before its record is made, and until that is durable: a
 * power cut between the two neither loses a link nor gives its number to another.
 */
export class Chains {
  readonly #device: string;
  readonly #chains = new Map<string, KeptChain>();

  /** @param device `site/unit` */
  constructor(device: string, kept: KeptChains) {
    this.#device = device;
    for (const [name, chain] of Object.entries(kept)) this.#chains.set(name, chain);
  }

  /** The next link of the chain of that name. */
  add(name: string, fields: ChainedEvent["fields"]): ChainedEvent {
    const last = this.#chains.get(name) ?? { number: 0, hash: genesis, untold: [] };
    const link = { number: last.number + 1, previous: last.hash };
    const hash = sha256(chainText(this.#device, { name, fields, chain: link }));
    const event = { name, fields, chain: { ...link, hash } };
    this.#chains.set(name, { number: link.number, hash, untold: [...last.untold, event] });
    return event;
  }

  /** Its record is durable. */
  told({ name, chain: { number } }: ChainedEvent): void {
    const chain = this.#chains.get(name)!;
    this.#chains.set(name, {
      ...chain,
      untold: chain.untold.filter((event) => event.chain.number !== number),
    });
  }

  /** Links whose record may be missing: told once more, at worst twice. */
  get untold(): readonly ChainedEvent[] {
    return [...this.#chains.values()].flatMap(({ untold }) => untold);
  }

  save(): KeptChains {
    return Object.fromEntries(this.#chains);
  }
}
