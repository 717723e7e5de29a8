/** What the form of `furniture in` calls, as the global `plinthIn`. */
import type { Kind, Telling, TellingType } from "../node/vocabulary.ts";
import { chosenPlace, type EditedNode } from "./editor-api.ts";
import { current, element, input, select } from "./elements.ts";
import type { Options, Verdict } from "./names.ts";
import { refusedWords, spokenBy } from "./spoken.ts";
import { unitField } from "./unit-search.ts";

export { nameProblem } from "./names.ts";

let kinds: readonly Omit<Kind, "orders">[] = [];

/** Types whose records have no declared names. */
const unnamed: readonly TellingType[] = ["part", "status"];

/** Called when the editor loads the node set. */
export function learn(known: typeof kinds): void {
  kinds = known;
}

/** What stands on a node without a name: the unit, and what it tells. */
export function label({ unit, tells }: EditedNode): string {
  return [unit, String(tells).split(":").at(-1)].filter((part) => part !== "").join(" ");
}

/** A number makes sense where the chosen telling has one, up to the largest there is. */
export function numberProblem(node: EditedNode, value: unknown, { label }: Options): Verdict {
  const numbers = numbersOf(current(node, "kind", edited), current(node, "tells", edited));
  const isRight =
    value === "" || numbers === undefined || (/^\d+$/.test(String(value)) && within(value, numbers));
  return (
    isRight || refusedWords(node, label, { field: "", problem: `is ${value}`, expected: `1 to ${numbers}` })
  );
}

const within = (value: unknown, numbers: number) => Number(value) >= 1 && Number(value) <= numbers;

const tellingsOf = (kind: string): readonly (Telling & { readonly kind: string })[] =>
  kinds
    .filter((one) => kind === "" || one.kind === kind)
    .flatMap((one) => one.tellings.map((telling) => ({ ...telling, kind: one.kind })));

const choiceOf = ({ type, name }: Telling) => `${type}:${name}`;

const numbersOf = (kind: string, tells: string) =>
  tellingsOf(kind).find((telling) => choiceOf(telling) === tells)?.numbers;

let edited: unknown;

/** Called when the form opens. */
export function prepare(node: EditedNode): void {
  edited = node.id;
  const kind = input("node-input-kind");
  const tells = select("node-input-tells");
  const number = input("node-input-number");
  const showNumber = () => {
    const numbers = numbersOf(kind.value, tells.value);
    input("plinth-number-row").style.display = numbers === undefined ? "none" : "";
    input("plinth-number-range").textContent = numbers === undefined ? "" : spokenBy(node, `1 to ${numbers}`);
    number.max = String(numbers ?? "");
    number.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const offer = (chosen: string) => {
    tells.replaceChildren(...choices(node, kind.value));
    tells.value = chosen;
    if (tells.selectedIndex < 0) tells.value = "";
    showNumber();
  };
  offer(String(node.tells ?? ""));
  kind.addEventListener("change", () => offer(tells.value));
  tells.addEventListener("change", showNumber);
  unitField(node, () => kind.value, chosenPlace);
}

/** Called when the form is left by Done: a number that no longer means anything is taken back. */
export function save(): void {
  if (numbersOf(input("node-input-kind").value, input("node-input-tells").value) === undefined)
    input("node-input-number").value = "";
}

/** Everything, then by type: all of it, and each. */
function choices(node: EditedNode, kind: string): HTMLElement[] {
  const tellings = tellingsOf(kind);
  const types = [...new Set([...tellings.map(({ type }) => type), ...unnamed])];
  const option = (value: string, text: string) => element("option", { value }, text);
  return [
    option("", node._("form.everything")),
    ...types.map((type) => {
      const heading = node._(`form.types.${type}`);
      const all = unnamed.includes(type) ? heading : `${node._("form.allOf")}: ${heading}`;
      const own = new Map(
        tellings.filter((telling) => telling.type === type).map((telling) => [telling.name, telling]),
      );
      return element(
        "optgroup",
        { label: heading },
        option(type, all),
        ...[...own.values()].map((telling) => option(choiceOf(telling), titleOf(node, telling))),
      );
    }),
  ];
}

function titleOf(node: EditedNode, { kind, type, name, unit }: Telling & { readonly kind: string }): string {
  const title = node._(`kinds.${kind}.tellings.${type}.${name}`);
  return unit === undefined || unit === "1" ? title : `${title} (${unit})`;
}
