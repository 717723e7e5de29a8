import type { Field } from "../node/declaration.ts";
import { wordKey } from "../node/phrases.ts";
import { expectation, type Schema } from "../node/schema.ts";
import { escapeHtml } from "./markup.ts";
import { isWord } from "./words.ts";

/** A text that the editor replaces by the one of the reader's language. */
export const translated = (key: string, text: string) =>
  `<span data-i18n="[text]${key}">${escapeHtml(text)}</span>`;

/** What the editor calls a property, looked up when it loads the node set. */
export const labelOf = (set: string, key: string) => `RED._("@plinth/node-red/${set}:${key}")`;

/** One row of the form: label, control, and what the setting does. */
export function fieldRow(field: Field): string {
  const key = `settings.${field.name}`;
  return `<div class="form-row plinth-row plinth-${field.editor}">
  ${titleOf(field)}
  <div class="plinth-control">
${control(field)}
  </div>
  <div class="plinth-problem" id="plinth-problem-${field.name}" role="status"></div>
  <div class="plinth-help" id="plinth-help-${field.name}" data-i18n="[text]${key}.help">${escapeHtml(field.help)}</div>
</div>`;
}

/** Names one control, or the group that a picture and its table are. */
function titleOf(field: Field): string {
  const title = translated(`settings.${field.name}.title`, field.title);
  return grouped.has(field.editor)
    ? `<div class="plinth-title" id="plinth-title-${field.name}">${title}</div>`
    : `<label for="${controlId(field)}">${title}</label>`;
}

/** Editors of many controls, which the form's script fills in. */
const grouped: ReadonlySet<Field["editor"]> = new Set(["profile", "table", "order"]);

/** What the editor itself fills, checks and saves; lists live in a control of their own. */
const plain: ReadonlySet<Field["editor"]> = new Set(["number", "choice", "switch"]);

function controlId({ name, editor }: Field): string {
  return `${plain.has(editor) ? "node" : "plinth"}-input-${name}`;
}

function control(field: Field): string {
  const id = controlId(field);
  const described = describedBy(field);
  switch (field.editor) {
    case "number":
      return numberInput(id, field);
    case "choice":
      return `    <select id="${id}" ${described}>${options(field.schema)}</select>`;
    case "switch":
      return `    <input type="checkbox" id="${id}" ${described}>`;
    case "units":
      return `    <input type="text" id="${id}" ${described} spellcheck="false" data-i18n="[placeholder]form.unitsPlaceholder">
    <button type="button" class="red-ui-button" id="${id}-search" data-i18n="[title]form.search;[aria-label]form.search"><i class="fa fa-search"></i></button>
    <div class="plinth-found" id="${id}-found"></div>`;
    case "texts":
      return `    <textarea id="${id}" ${described} rows="3" spellcheck="false"></textarea>`;
    case "profile":
    case "table":
    case "order":
      return `    <div id="${id}" role="group" aria-labelledby="plinth-title-${field.name}" ${described}></div>`;
  }
}

const describedBy = ({ name }: Field) => `aria-describedby="plinth-problem-${name} plinth-help-${name}"`;

function numberInput(id: string, field: Field): string {
  const { name, schema, unit } = field;
  const { minimum, maximum } = schema;
  const step = schema.multipleOf ?? (schema.type === "integer" ? 1 : "any");
  const bounds = [
    ...(minimum === undefined ? [] : [`min="${minimum}"`]),
    ...(maximum === undefined ? [] : [`max="${maximum}"`]),
  ].join(" ");
  const input = `    <input type="number" id="${id}" ${bounds} step="${step}" ${describedBy(field)}> <span class="plinth-unit">${escapeHtml(unit)}</span>`;
  const range = `    <span class="plinth-range" data-i18n="[text]ranges.${field.name}">${escapeHtml(expectation(schema, unit))}</span>`;
  return hasSlider(schema)
    ? `${input}\n    <input type="range" id="${id}-slider" ${bounds} step="1" data-i18n="[aria-label]settings.${name}.title">\n${range}`
    : `${input}\n${range}`;
}

/** A range is drawn where a hand can hit each whole step of it. */
export function hasSlider({ minimum, maximum }: Schema): boolean {
  return minimum !== undefined && maximum !== undefined && maximum - minimum <= 100;
}

function options({ anyOf = [] }: Schema): string {
  return anyOf
    .map((option) => String(option.const))
    .map((value) => {
      const key = isWord(value) ? ` data-i18n="[text]words.${wordKey(value)}"` : "";
      return `<option value="${escapeHtml(value)}"${key}>${escapeHtml(value)}</option>`;
    })
    .join("");
}
