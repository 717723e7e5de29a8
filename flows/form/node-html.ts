import type { Declaration, Field } from "../node/declaration.ts";
import { groupKey, groupsOf } from "./catalogue.ts";
import { fieldRow, hasSlider, labelOf, translated } from "./fields.ts";
import { indent, literal } from "./markup.ts";
import { paletteCategory } from "./palette.ts";
import { nameRow, siteRow, unitRow } from "./rows.ts";
import { style } from "./style.ts";

/**
 * The editor's half of a node set. Everything is written out as plain literals: the palette's scorecard reads this
 * file without running it.
 * @param formScript JavaScript that defines the global `plinthForm`
 * @param icon a file of flows/icons
 */
export function nodeHtml(
  declaration: Declaration,
  fields: readonly Field[],
  formScript: string,
  icon: string,
): string {
  const { kind } = declaration;
  return `<script type="text/javascript">
${formScript.trim()}
</script>

<script type="text/javascript">
${registration(declaration, fields, icon)}
</script>

<script type="text/html" data-template-name="${kind}">
${style}
${template(fields)}
</script>
`;
}

function registration(declaration: Declaration, fields: readonly Field[], icon: string): string {
  const { kind } = declaration;
  const text = (key: string) => labelOf(kind, key);
  return `RED.nodes.registerType(${literal(kind)}, {
  ${paletteCategory}
  color: "#F3D58A",
  defaults: {
    name: { value: "" },
    site: { value: "", type: "plinth-site", required: true, label: ${text("form.site")} },
    unit: { value: "", required: true, label: ${text("form.unit")}, validate: function (value, options) { return plinthForm.unitProblem(this, value, options); } },
${indent(2, fields.map((field) => defaultOf(kind, field)).join(",\n"))}
  },
  inputs: 1,
  outputs: 1,
  icon: ${literal(icon)},
  paletteLabel: function () { return this._("palette.node"); },
  label: function () { return this.name || this.unit || this._("palette.node"); },
  labelStyle: function () { return this.name ? "node_label_italic" : ""; },
  inputLabels: function () { return this._("port.settings"); },
  outputLabels: function () { return this._("port.report"); },
  oneditprepare: function () { plinthForm.prepare(this, ${literal(kind)}, ${controls(fields)}); },
  oneditsave: function () { plinthForm.save(this, ${controls(fields)}); }
});`;
}

function defaultOf(kind: string, { name, editor, unit, schema }: Field): string {
  const { default: value, ...rest } = schema;
  const field = literal({ editor, unit, schema: rest });
  return `${name}: { value: ${literal(value)}, label: ${labelOf(kind, `settings.${name}.title`)}, validate: function (value, options) { return plinthForm.problem(this, ${field}, value, options); } }`;
}

/** What the form's script has to know of each control. */
function controls(fields: readonly Field[]): string {
  const lines = fields.map(({ name, editor, unit, columns, schema: { default: _, ...schema } }) => {
    const slider = editor === "number" && hasSlider(schema);
    return literal({ name, editor, unit, schema, slider, ...(columns ? { columns } : {}) });
  });
  return `[\n${indent(2, lines.join(",\n"))}\n  ]`;
}

function template(fields: readonly Field[]): string {
  const groups = groupsOf(fields).map((group) =>
    groupHtml(
      group,
      fields.filter((field) => field.group === group),
    ),
  );
  return `<div class="plinth-form">
${indent(1, [nameRow, siteRow, unitRow, ...groups].join("\n"))}
</div>`;
}

/** Settings under one heading, the advanced ones folded. */
function groupHtml(group: string, fields: readonly Field[]): string {
  const open = fields.filter(({ advanced }) => !advanced).map(fieldRow);
  const folded = fields.filter(({ advanced }) => advanced).map(fieldRow);
  const legend = group && `<legend>${translated(`form.groups.${groupKey(group)}`, group)}</legend>`;
  const advanced = `<details class="plinth-advanced">
  <summary data-i18n="[text]form.advanced">Advanced</summary>
${indent(1, folded.join("\n"))}
</details>`;
  const content = [legend, ...open, ...(folded.length > 0 ? [advanced] : [])].filter(Boolean);
  return `<fieldset class="plinth-group">
${indent(1, content.join("\n"))}
</fieldset>`;
}
