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
 */
export async function entryOf(kind: string): Promise<string> {
  const known = await kinds();
  const name = known.get(kind);
  if (name === undefined)
    throw new UserError(
      `there is no kind "${kind}"`,
      exitCodes.usage,
      `Kinds: ${[...known.keys()].sort().join(", ")}`,
    );
  return `import { ${name} } from "./devices/furniture/${kind}.ts";
import { main } from "./firmware/main.ts";

void main(${name});
`;
}
