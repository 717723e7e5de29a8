/** What the form of `furniture command` calls, as the global `plinthCommand`. */
import { expectation, refusals } from "../node/schema.ts";
import { type Argument, type Kind, type Order, timeToLive } from "../node/vocabulary.ts";
import { chosenPlace, type EditedNode } from "./editor-api.ts";
import { current, element, input, mark, select } from "./elements.ts";
import type { Options, Verdict } from "./names.ts";
import { expectedWords, refusedWords, spokenBy } from "./spoken.ts";
import { unitField } from "./unit-search.ts";

export { nameProblem } from "./names.ts";

type Values = Readonly<Record<string, unknown>>;

let kinds: readonly Omit<Kind, "tellings">[] = [];

/** Called when the editor loads the node set. */
export function learn(known: typeof kinds): void {
  kinds = known;
}

const orderOf = (kind: unknown, command: unknown): Order | undefined =>
  kinds.find((one) => one.kind === kind)?.orders.find(({ name }) => name === command);

/** What stands on a node without a name: the unit, and what it is told. */
export const label = ({ unit, command }: EditedNode): string =>
  [unit, command].filter((part) => part !== "").join(" ");

export const commandProblem = (node: EditedNode, value: unknown, { label }: Options): Verdict =>
  orderOf(current(node, "kind", edited), value) !== undefined || `${label}: ${node._("form.wrongKind")}`;

/** What is not filled in must come with the message; what is, must be in range. */
export function argsProblem(node: EditedNode, value: unknown, { label }: Options): Verdict {
  const { kind, command } = node;
  const values = (value ?? {}) as Values;
  const [refusal] = (orderOf(kind, command)?.args ?? []).flatMap((arg) => problemsOf(arg, values[arg.name]));
  return refusal === undefined || refusedWords(node, `${label}: ${refusal.field}`, refusal);
}

const problemsOf = ({ name, schema, unit }: Argument, value: unknown) =>
  value === undefined ? [] : refusals(schema, value, name, unit);

export function timeToLiveProblem(node: EditedNode, value: unknown, { label }: Options): Verdict {
  const [refusal] = refusals(timeToLive, value === "" ? undefined : Number(value), "", "s");
  return refusal === undefined || refusedWords(node, label, refusal);
}

let edited: unknown;
let readings: Readonly<Record<string, () => unknown>> = {};

/** Called when the form opens. */
export function prepare(node: EditedNode): void {
  edited = node.id;
  const kind = input("node-input-kind");
  const command = select("node-input-command");
  const ask = (values: Values) => {
    const order = orderOf(kind.value, command.value);
    const key = `kinds.${kind.value}.orders.${command.value}`;
    input("plinth-command-help").textContent = order ? node._(`${key}.help`) : "";
    const rows = (order?.args ?? []).map((arg) => argumentRow(node, key, arg, values[arg.name]));
    input("plinth-input-args").replaceChildren(...rows.map(({ row }) => row));
    readings = Object.fromEntries(rows.map(({ name, read }) => [name, read]));
  };
  const offer = (chosen: string) => {
    const orders = kinds.find((one) => one.kind === kind.value)?.orders ?? [];
    command.replaceChildren(
      ...orders.map(({ name }) =>
        element("option", { value: name }, node._(`kinds.${kind.value}.orders.${name}.title`)),
      ),
    );
    command.value = chosen;
    if (command.selectedIndex < 0) command.value = orders[0]?.name ?? "";
  };
  offer(String(node.command ?? ""));
  ask((node.args ?? {}) as Values);
  kind.addEventListener("change", () => {
    offer(command.value);
    command.dispatchEvent(new Event("change", { bubbles: true }));
  });
  command.addEventListener("change", () => ask(read()));
  unitField(node, () => kind.value, chosenPlace);
}

/** Called when the form is left by Done: gives the node its arguments in their own types. */
export function save(node: EditedNode): void {
  node.args = read();
}

/** Arguments that are filled in. */
function read(): Values {
  return Object.fromEntries(
    Object.entries(readings)
      .map(([name, reading]) => [name, reading()] as const)
      .filter(([, value]) => value !== undefined),
  );
}

interface Row {
  readonly name: string;
  readonly row: HTMLElement;
  readonly read: () => unknown;
}

function argumentRow(node: EditedNode, key: string, arg: Argument, value: unknown): Row {
  const { name, schema, unit, note, optional } = arg;
  const isNumber = schema.type === "number" || schema.type === "integer";
  const isText = schema.type === "string" && schema.const === undefined;
  const none = node._(optional ? "form.leftOut" : "form.fromMessage");
  const control = isNumber
    ? numberInput(arg, value, none)
    : isText
      ? textInput(value, none)
      : choiceInput(node, optionsOf(arg), value, none);
  const read = () => {
    const text = control.value.trim();
    if (text === "") return undefined;
    if (isText) return text;
    return isNumber ? Number(text) : (optionsOf(arg).find((option) => String(option) === text) ?? text);
  };
  const check = () => mark(control, expectedWords(node, problemsOf(arg, read())[0]));
  for (const event of ["input", "change"]) control.addEventListener(event, check);
  control.id = `plinth-input-arg-${name}`;
  check();
  const words = element("span", { class: "plinth-range" }, spokenBy(node, expectation(schema, unit)));
  const row = element(
    "div",
    { class: "form-row plinth-row" },
    element("label", { for: control.id }, node._(`${key}.args.${name}`)),
    element(
      "div",
      { class: "plinth-control" },
      control,
      ...(isNumber ? [element("span", { class: "plinth-unit" }, unit), words] : []),
      ...(note === "" ? [] : [element("span", { class: "plinth-range" }, spokenBy(node, note))]),
    ),
  );
  return { name, row, read };
}

function numberInput({ schema }: Argument, value: unknown, none: string): HTMLInputElement {
  const { minimum = "", maximum = "", type } = schema;
  const control = element("input", {
    type: "number",
    min: String(minimum),
    max: String(maximum),
    step: type === "integer" ? "1" : "any",
    placeholder: none,
  });
  control.value = value === undefined ? "" : String(value);
  return control;
}

function textInput(value: unknown, none: string): HTMLInputElement {
  const control = element("input", { type: "text", placeholder: none });
  control.value = value === undefined ? "" : String(value);
  return control;
}

/** What an argument that is neither a number nor a text may be. */
function optionsOf({ schema }: Argument): readonly unknown[] {
  if (schema.type === "boolean") return [true, false];
  return (schema.anyOf ?? [schema]).map((option) => option.const);
}

function choiceInput(
  node: EditedNode,
  options: readonly unknown[],
  value: unknown,
  none: string,
): HTMLSelectElement {
  const control = element("select", {}, element("option", { value: "" }, none));
  control.append(
    ...options.map((option) => element("option", { value: String(option) }, spokenBy(node, String(option)))),
  );
  control.value = value === undefined ? "" : String(value);
  return control;
}
