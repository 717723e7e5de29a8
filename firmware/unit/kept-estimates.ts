import type { ChainedEvent } from "#devices/chain.ts";
import type { KeptChain, KeptChains } from "./chains.ts";

/** What the estimators, and the chains of what they told, must not forget. */
export interface KeptEstimates {
  readonly states: Readonly<Record<string, unknown>>;
  readonly chains: KeptChains;
}

/**
 * What was kept, as far as it can be used: whatever is damaged, or of another version, begins anew and is reported,
 * and the rest is kept. Null is what no estimator ever saved: that of a latch holds then, for nobody knows that it did
 * not.
 * @param kept as it was read; undefined when nothing ever was
 * @param names of the estimators
 */
export function keptEstimates(
  kept: unknown,
  names: readonly string[],
  onTrouble: (what: string) => void,
): KeptEstimates {
  if (kept === undefined) return { states: {}, chains: {} };
  const { states, chains } = isObject(kept) ? kept : {};
  if (!isObject(states)) onTrouble("the kept state of the estimators cannot be read: they begin anew");
  if (!isObject(chains)) onTrouble("the kept chains of records cannot be read: they begin anew");
  return {
    states: isObject(states) ? states : Object.fromEntries(names.map((name) => [name, null])),
    chains: Object.fromEntries(
      Object.entries(isObject(chains) ? chains : {}).flatMap(([name, chain]) => {
        const read = chainOf(name, chain);
        if (!read) onTrouble(`the kept chain of ${name} cannot be read: it begins anew`);
        return read ? [[name, read] as const] : [];
      }),
    ),
  };
}

/** Links that cannot be read whole are left out: that they are missing shows in the chain. */
function chainOf(name: string, kept: unknown): KeptChain | undefined {
  if (!isObject(kept) || !isNumber(kept.number) || !isHash(kept.hash)) return undefined;
  const untold = Array.isArray(kept.untold) ? kept.untold : [];
  return { number: kept.number, hash: kept.hash, untold: untold.filter((link) => isLink(name, link)) };
}

function isLink(name: string, link: unknown): link is ChainedEvent {
  if (!isObject(link) || link.name !== name || !isObject(link.fields) || !isObject(link.chain)) return false;
  const { number, previous, hash } = link.chain;
  return isNumber(number) && isHash(previous) && isHash(hash);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isHash = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
