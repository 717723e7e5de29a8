import { translated } from "./fields.ts";
import { escapeHtml } from "./markup.ts";

/** Rows that several forms have. */

export const nameRow = `<div class="form-row">
  <label for="node-input-name"><i class="fa fa-tag"></i> <span data-i18n="[text]node-red:common.label.name">Name</span></label>
  <input type="text" id="node-input-name" data-i18n="[placeholder]node-red:common.label.name">
</div>`;

export const siteRow = `<div class="form-row">
  <label for="node-input-site"><i class="fa fa-map-marker"></i> ${translated("form.site", "Site")}</label>
  <input type="text" id="node-input-site">
</div>`;

export const unitRow = `<div class="form-row plinth-address">
  <label for="node-input-unit"><i class="fa fa-lightbulb-o"></i> ${translated("form.unit", "Unit")}</label>
  <input type="text" id="node-input-unit" spellcheck="false" data-i18n="[placeholder]form.unitPlaceholder">
  <button type="button" class="red-ui-button" id="node-input-unit-search" data-i18n="[title]form.search"><i class="fa fa-search"></i></button>
  <div class="plinth-found" id="node-input-unit-found"></div>
</div>`;

/** A list that the form's script fills, or completes. @param options markup of what it has from the start */
export const choiceRow = (
  name: string,
  icon: string,
  label: string,
  options = "",
): string => `<div class="form-row">
  <label for="node-input-${name}"><i class="fa fa-${icon}"></i> ${translated(`form.${name}`, label)}</label>
  <select id="node-input-${name}">${options}</select>
</div>`;

/** An option with a text of the message catalogue. */
export const option = (value: string, key: string, text: string): string =>
  `<option value="${escapeHtml(value)}" data-i18n="[text]${key}">${escapeHtml(text)}</option>`;
