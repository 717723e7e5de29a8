import type { Kind } from "../node/vocabulary.ts";
import { labelOf, translated } from "./fields.ts";
import { indent, literal } from "./markup.ts";
import { paletteCategory } from "./palette.ts";
import { choiceRow, nameRow, option, siteRow, unitRow } from "./rows.ts";
import { style } from "./style.ts";

/**
 * The editor's half of `furniture in`.
 * @param formScript JavaScript that defines the global `plinthIn`
 */
export const inHtml = (kinds: readonly Kind[], formScript: string): string => `<script type="text/javascript">
${formScript.trim()}
plinthIn.learn(${literal(kinds.map(({ orders: _, ...kind }) => kind))});
</script>

<script type="text/javascript">
RED.nodes.registerType("furniture in", {
  ${paletteCategory}
  color: "#F3D58A",
  defaults: {
    name: { value: "" },
    site: { value: "", type: "plinth-site", required: true, label: ${text("form.site")} },
    kind: { value: "" },
    unit: { value: "", label: ${text("form.unit")}, validate: function (value, options) { return value === "" || plinthIn.nameProblem(this, value, options); } },
    tells: { value: "" },
    number: { value: "", label: ${text("form.number")}, validate: function (value, options) { return plinthIn.numberProblem(this, value, options); } }
  },
  inputs: 0,
  outputs: 1,
  icon: "plinth.svg",
  paletteLabel: function () { return this._("palette.node"); },
  label: function () { return this.name || plinthIn.label(this) || this._("palette.node"); },
  labelStyle: function () { return this.name ? "node_label_italic" : ""; },
  outputLabels: function () { return this._("port.told"); },
  oneditprepare: function () { plinthIn.prepare(this); },
  oneditsave: function () { plinthIn.save(); }
});
</script>

<script type="text/html" data-template-name="furniture in">
${style}
<div class="plinth-form">
${indent(1, [nameRow, siteRow, kindRow(kinds), unitRow, choiceRow("tells", "comment-o", "What"), numberRow].join("\n"))}
</div>
</script>
`;

const text = (key: string) => labelOf("in", key);

const kindRow = (kinds: readonly Kind[]) =>
  choiceRow(
    "kind",
    "cube",
    "Kind",
    option("", "form.allKinds", "All kinds") +
      kinds.map(({ kind, title }) => option(kind, `kinds.${kind}.title`, title)).join(""),
  );

const numberRow = `<div class="form-row" id="plinth-number-row">
  <label for="node-input-number"><i class="fa fa-hashtag"></i> ${translated("form.number", "Number (#)")}</label>
  <input type="number" id="node-input-number" min="1" step="1" style="width: 84px" data-i18n="[placeholder]form.numberPlaceholder">
  <span class="plinth-range" id="plinth-number-range"></span>
</div>`;
