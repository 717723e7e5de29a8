import type { Refusal } from "../../devices/wire.ts";
import type { EditedNode } from "./editor-api.ts";
import { input } from "./elements.ts";
import { spokenBy } from "./spoken.ts";

/** What a setting is called. The columns of a profile are those of every profile, and stand under `form`. */
export interface Named {
  readonly name: string;
  readonly columns?: readonly unknown[];
}

/** Says below a setting's control why it is refused, in words; nothing when it is not. */
export function sayProblem(node: EditedNode, named: Named, refusal: Refusal | undefined): void {
  const line = input(`plinth-problem-${named.name}`);
  const text = refusal
    ? node._("form.expected", {
        problem: spokenBy(node, refusal.problem),
        expected: spokenBy(node, refusal.expected),
        field: fieldWords(node, named, refusal.field),
      })
    : "";
  if (line.textContent !== text) line.textContent = text;
}

/** `entry 3, Level` for `/2/level`; the setting's title for no path. */
function fieldWords(node: EditedNode, { name, columns }: Named, path: string): string {
  const [, index, column] = path.split("/");
  if (index === undefined) return node._(`settings.${name}.title`);
  const entry = node._("form.entry", { number: Number(index) + 1 });
  if (column === undefined) return entry;
  return `${entry}, ${node._(columns ? `settings.${name}.columns.${column}` : `form.${column}`)}`;
}
