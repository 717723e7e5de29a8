import type { FieldValue } from "./estimators/estimator.ts";
import { canonicalJson } from "./wire.ts";

/** What ties a record to the one before it of the same unit and name. */
export interface ChainLink {
  /** From 1 on, without gaps. */
  readonly number: number;
  /** Hash of the one before; of the first, `genesis`. */
  readonly previous: string;
  /** SHA-256 over `chainText`, in hexadecimal. */
  readonly hash: string;
}

/** One record of a chain, as it travels. */
export interface ChainedEvent {
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly chain: ChainLink;
}

export const genesis = "0".repeat(64);

/** What a link's hash is taken over. @param device `site/unit`: a record cannot be passed off as another unit's */
export const chainText = (
  device: string,
  {
    name,
    fields,
    chain: { number, previous },
  }: { name: string; fields: ChainedEvent["fields"]; chain: Omit<ChainLink, "hash"> },
) => canonicalJson({ device, name, number, previous, fields });

/** What is wrong with a chain, by the number of the record. */
export interface ChainFlaw {
  readonly number: number;
  readonly flaw: "missing" | "altered" | "contradicted";
}

/**
 * Looks a chain over, whatever order its records came in; copies are no flaw.
 * - `missing`: the number was skipped;
 * - `altered`: the hash is not that of the record, or the next record names another one;
 * - `contradicted`: two different records bear the number.
 * That the newest ones are missing shows only against a later record, or the unit's own count.
 * @param sha256 of a text in UTF-8, in hexadecimal
 */
export function chainFlaws(
  device: string,
  events: readonly ChainedEvent[],
  sha256: (text: string) => string,
): ChainFlaw[] {
  const flaws: ChainFlaw[] = [];
  const byNumber = new Map<number, ChainedEvent>();
  for (const event of events) {
    const { number, hash } = event.chain;
    if (sha256(chainText(device, event)) !== hash) flaws.push({ number, flaw: "altered" });
    else if (!byNumber.has(number)) byNumber.set(number, event);
    else if (byNumber.get(number)!.chain.hash !== hash) flaws.push({ number, flaw: "contradicted" });
  }
  const last = Math.max(0, ...events.map(({ chain }) => chain.number));
  let before: string | undefined = genesis;
  for (let number = 1; number <= last; number++) {
    const event = byNumber.get(number);
    const isNamed = flaws.some((one) => one.number === number);
    if (!event && !isNamed) flaws.push({ number, flaw: "missing" });
    if (event && before !== undefined && event.chain.previous !== before && !isNamed)
      flaws.push({ number, flaw: "altered" });
    before = event?.chain.hash;
  }
  return flaws.sort((a, b) => a.number - b.number);
}
