import { type Kind, timeToLive } from "../node/vocabulary.ts";
import { labelOf, translated } from "./fields.ts";
import { indent, literal } from "./markup.ts";
import { paletteCategory } from "./palette.ts";
import { choiceRow, nameRow, option, siteRow, unitRow } from "./rows.ts";
import { style } from "./style.ts";

/**
 * The editor's half of `furniture command`.
 * @param formScript JavaScript that defines the global `plinthCommand`
 */
export const commandHtml = (
  kinds: readonly Kind[],
  formScript: string,
): string => `<script type="text/javascript">
${formScript.trim()}
plinthCommand.learn(${literal(kinds.map(({ tellings: _, ...kind }) => kind))});
</script>

<script type="text/javascript">
RED.nodes.registerType("furniture command", {
  ${paletteCategory}
  color: "#F3D58A",
  defaults: {
    name: { value: "" },
    site: { value: "", type: "plinth-site", required: true, label: ${text("form.site")} },
    kind: { value: "", required: true, label: ${text("form.kind")} },
    unit: { value: "", label: ${text("form.unit")}, validate: function (value, options) { return value === "" || plinthCommand.nameProblem(this, value, options); } },
    command: { value: "", required: true, label: ${text("form.command")}, validate: function (value, options) { return plinthCommand.commandProblem(this, value, options); } },
    args: { value: {}, label: ${text("port.command")}, validate: function (value, options) { return plinthCommand.argsProblem(this, value, options); } },
    timeToLive: { value: ${timeToLive.default}, label: ${text("form.timeToLive")}, validate: function (value, options) { return plinthCommand.timeToLiveProblem(this, value, options); } }
  },
  inputs: 1,
  outputs: 1,
  icon: "plinth.svg",
  paletteLabel: function () { return this._("palette.node"); },
  label: function () { return this.name || plinthCommand.label(this) || this._("palette.node"); },
  labelStyle: function () { return this.name ? "node_label_italic" : ""; },
  inputLabels: function () { return this._("port.command"); },
  outputLabels: function () { return this._("port.result"); },
  oneditprepare: function () { plinthCommand.prepare(this); },
  oneditsave: function () { plinthCommand.save(this); }
});
</script>

<script type="text/html" data-template-name="furniture command">
${style}
<div class="plinth-form" style="min-width: 520px">
${indent(1, [nameRow, siteRow, kindRow(kinds), unitRow, choiceRow("command", "bolt", "Command"), argumentRows].join("\n"))}
</div>
</script>
`;

const text = (key: string) => labelOf("command", key);

const kindRow = (kinds: readonly Kind[]) =>
  choiceRow(
    "kind",
    "cube",
    "Kind",
    option("", "form.chooseKind", "Choose a kind") +
      kinds.map(({ kind, title }) => option(kind, `kinds.${kind}.title`, title)).join(""),
  );

const { minimum, maximum } = timeToLive;
const argumentRows = `<div class="plinth-help" id="plinth-command-help"></div>
<hr>
<div id="plinth-input-args"></div>
<div class="form-row plinth-row">
  <label for="node-input-timeToLive">${translated("form.timeToLive", "Time to live")}</label>
  <div class="plinth-control">
    <input type="number" id="node-input-timeToLive" min="${minimum}" max="${maximum}" step="any"> <span class="plinth-unit">s</span>
    <span class="plinth-range" data-i18n="[text]form.timeToLiveRange">${minimum} to ${maximum} s</span>
  </div>
  <div class="plinth-help" data-i18n="[text]form.timeToLiveHelp">How long the unit may take it, and its answer is waited for.</div>
</div>`;
