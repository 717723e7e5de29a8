/** What a generated form calls, as the global `plinthForm`. */
import { type Field, typed } from "../node/declaration.ts";
import { refusals } from "../node/schema.ts";
import { chosenPlace, type EditedNode, nodesOfType, placeOf } from "./editor-api.ts";
import { input, mark, pair } from "./elements.ts";
import { nameProblem, type Options, type Verdict, type Worded } from "./names.ts";
import type { Point } from "./night.ts";
import { orderEditor } from "./order.ts";
import { sayProblem } from "./problem.ts";
import { profileEditor } from "./profile.ts";
import { expectedWords, refusedWords } from "./spoken.ts";
import { tableEditor } from "./table.ts";
import { unitField, unitSearch } from "./unit-search.ts";

type Control = Pick<Field, "name" | "editor" | "unit" | "schema" | "columns"> & {
  readonly slider: boolean;
};
/** Whether the editor may keep `value` for a setting; numbers may still be text. */
export function problem(
  node: Worded,
  field: Pick<Field, "editor" | "unit" | "schema">,
  value: unknown,
  options: Options,
): Verdict {
  const [refusal] = refusals(field.schema, typed(field.editor, value), "", field.unit);
  return refusal === undefined || refusedWords(node, `${options.label}${refusal.field}`, refusal);
}

/** A unit must be named, and by no other node. */
export function unitProblem(node: EditedNode, value: unknown, options: Options): Verdict {
  const place = placeOf(node.site);
  const isHere = (site: unknown) => {
    const other = placeOf(site);
    return place !== undefined && other?.site === place.site && other.broker === place.broker;
  };
  const rivals = nodesOfType(node.type).filter(
    ({ id, unit, site, d }) => id !== node.id && !d && unit === value && isHere(site),
  );
  return rivals.length > 0
    ? node._("checks.taken", { field: options.label, unit: value })
    : nameProblem(node, value, options);
}

let readings: Record<string, () => unknown> = {};

/** Called when a form opens. */
export function prepare(node: EditedNode, kind: string, controls: readonly Control[]): void {
  readings = Object.fromEntries(controls.flatMap((control) => bind(node, kind, control)));
  unitField(node, () => kind, chosenPlace);
}

/** Called when a form is left by Done: gives the node its settings in their own types. */
export function save(node: EditedNode, controls: readonly Control[]): void {
  for (const { name } of controls) node[name] = readings[name]?.();
}

/** @returns how the control is read, by the setting's name. */
function bind(node: EditedNode, kind: string, control: Control): [string, () => unknown][] {
  const { name, editor, schema, slider } = control;
  switch (editor) {
    case "number": {
      const number = input(`node-input-${name}`);
      if (slider) pair(number, input(`node-input-${name}-slider`));
      const check = () =>
        sayProblem(node, control, refusals(schema, typed("number", number.value), "", control.unit)[0]);
      number.addEventListener("input", check);
      check();
      return [[name, () => (number.value.trim() === "" ? "" : Number(number.value))]];
    }
    case "profile":
      return [[name, profileEditor(input(`plinth-input-${name}`), node, control, node[name] as Point[])]];
    case "units":
      return [[name, unitList(node, kind, control)]];
    case "table": {
      const { columns = [] } = control;
      const rows = (node[name] ?? []) as readonly Readonly<Record<string, unknown>>[];
      return [[name, tableEditor(input(`plinth-input-${name}`), node, { ...control, columns }, rows)]];
    }
    case "order":
      return [[name, orderEditor(input(`plinth-input-${name}`), node, (node[name] ?? []) as string[])]];
    case "texts":
      return [[name, textList(node, control)]];
    case "choice":
      return [[name, () => input(`node-input-${name}`).value]];
    case "switch":
      return [[name, () => input(`node-input-${name}`).checked]];
  }
}

function textList(node: EditedNode, control: Control): () => string[] {
  const { name } = control;
  const list = input(`plinth-input-${name}`);
  const read = () => typed("texts", list.value) as string[];
  const check = () => judge(node, control, list, read());
  list.addEventListener("input", check);
  list.value = ((node[name] as string[] | undefined) ?? []).join("\n");
  check();
  return read;
}

function unitList(node: EditedNode, kind: string, control: Control): () => string[] {
  const { name } = control;
  const list = input(`plinth-input-${name}`);
  const read = () => typed("units", list.value) as string[];
  const write = (units: readonly string[]) => {
    list.value = units.join(", ");
    check();
  };
  const check = () => judge(node, control, list, read(), node._("checks.address"));
  list.addEventListener("input", check);
  write((node[name] as string[] | undefined) ?? []);
  unitSearch({
    node,
    kind: () => kind,
    button: input(`plinth-input-${name}-search`),
    list: input(`plinth-input-${name}-found`),
    place: chosenPlace,
    offers: (found) => found.unit !== input("node-input-unit").value,
    chosen: (found) => read().includes(found.unit),
    choose: (found) => {
      const others = read().filter((other) => other !== found.unit);
      write(others.length < read().length ? others : [...others, found.unit]);
    },
  });
  return read;
}

/** Marks a list that is refused, and says why below it. @param words what an entry must be, where a pattern says it */
function judge(
  node: EditedNode,
  control: Control,
  list: HTMLElement,
  value: readonly string[],
  words?: string,
): void {
  const [refusal] = refusals(control.schema, value, "", control.unit);
  const isPattern = refusal?.expected.startsWith("text that matches");
  const told = refusal && words !== undefined && isPattern ? { ...refusal, expected: words } : refusal;
  mark(list, expectedWords(node, told));
  sayProblem(node, control, told);
}
