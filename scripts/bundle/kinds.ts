import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Baked } from "#firmware/main.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

/** The name under which each kind is exported, by kind: what the catalogue lists. */
export async function kinds(): Promise<ReadonlyMap<string, string>> {
  const catalogue = await import("#devices/furniture/index.ts");
  return new Map(Object.entries(catalogue).map(([name, { kind }]) => [kind, name]));
}

/**
 * The entry of a board's bundle: the composition root with this kind's declaration, and no other.
 * UserError when there is no such kind.
 * @param baked factory settings of units of this kind
 */
export async function entryOf(kind: string, baked: Baked = {}): Promise<string> {
  const { name } = await kindOf(kind);
  return `import { ${name} } from "./devices/furniture/${kind}.ts";
import { main } from "./firmware/main.ts";

void main(${[name, ...(Object.keys(baked).length > 0 ? [JSON.stringify(baked)] : [])].join(", ")});
`;
}

/** The entry of the thread that streams; undefined for a kind that streams nothing. */
export async function streamEntryOf(kind: string): Promise<string | undefined> {
  const { name, declaration } = await kindOf(kind);
  if (!Object.values(declaration.roles).some(({ stream }) => stream !== undefined)) return undefined;
  return `import { ${name} } from "./devices/furniture/${kind}.ts";
import { streamThread } from "./firmware/stream/worker.ts";

streamThread(${name});
`;
}

async function kindOf(kind: string): Promise<{ readonly name: string; readonly declaration: Furniture }> {
  const catalogue: Readonly<Record<string, Furniture>> = await import("#devices/furniture/index.ts");
  const found = Object.entries(catalogue).find(([, declaration]) => declaration.kind === kind);
  if (found) return { name: found[0], declaration: found[1] };
  const known = [...(await kinds()).keys()].sort().join(", ");
  throw new UserError(`there is no kind "${kind}"`, exitCodes.usage, `Kinds: ${known}`);
}
