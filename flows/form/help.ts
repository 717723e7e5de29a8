import type { Declaration, Field } from "../node/declaration.ts";
import { expectation } from "../node/schema.ts";
import { indent, escapeHtml as text } from "./markup.ts";

/** The help of a node, in the order of Node-RED's help style guide; its first paragraph is the palette's tooltip. */
export function help(declaration: Declaration, fields: readonly Field[]): string {
  return [
    `<p>Configures a ${text(declaration.title.toLowerCase())} over MQTT. ${text(declaration.summary)}</p>`,
    inputs(fields),
    outputs,
    details,
    settingsList(fields),
    privacy(declaration),
    references,
  ].join("\n");
}

function inputs(fields: readonly Field[]): string {
  const [first] = fields.filter(({ editor }) => editor === "number");
  const example = first ? `<code>{"${first.name}": ${first.schema.default}}</code>` : "<code>{}</code>";
  return `<h3>Inputs</h3>
<dl class="message-properties">
  <dt class="optional">payload <span class="property-type">object</span></dt>
  <dd>settings that hold over those of the form until the next message, the next deploy of this node or the next
  start of Node-RED, such as ${example}. An empty object returns to the form. Settings that are not allowed are
  refused: nothing is sent, and a <i>catch</i> node hears why.</dd>
</dl>`;
}

const outputs = `<h3>Outputs</h3>
<dl class="message-properties">
  <dt>payload <span class="property-type">object</span></dt>
  <dd>how the unit stands to its settings, at each change: <code>state</code>, <code>revision</code>,
  <code>online</code>, <code>refusals</code> (field, problem, expected) and <code>inForce</code> (revision and
  settings the unit runs on).</dd>
  <dt>topic <span class="property-type">string</span></dt>
  <dd>the MQTT topic on which the unit reports.</dd>
</dl>`;

const details = `<h3>Details</h3>
<p>On deploy the settings are published as one retained message, unless the broker already holds the same. The unit
takes all of them or none, stores them, and reports. It goes on with what it has when Node-RED or the broker is away.
An undo in the editor undoes on the unit, as soon as the former flow is deployed. Removing the node leaves its last
settings in force.</p>
<ul>
  <li><b>applied</b>: the unit runs on these settings; the digits name their revision.</li>
  <li><b>sent</b>: published, the unit has not answered yet.</li>
  <li><b>waiting</b>: published, the unit is offline or was never heard of.</li>
  <li><b>refused</b>: the unit keeps its former settings; field and problem are shown.</li>
  <li><b>replaced</b>: somebody else published other settings since; deploy to send these again.</li>
</ul>
<p>One unit is configured by one node. Of two Node-REDs that set the same unit, the one that was deployed last has its way;
the other shows <b>replaced</b> and sends nothing by itself, not when its broker comes back, and not when it is started
anew, as long as Node-RED keeps context on disk: without that, a start is a deploy. A new unit under the name of an old
one gets the settings that wait at the broker.</p>`;

function settingsList(fields: readonly Field[]): string {
  const entries = fields.map(
    (field) => `<dt>${text(field.title)} <span class="property-type">${text(field.name)}</span></dt>
<dd>${text(field.help)} ${text(sentence(field))}</dd>`,
  );
  return `<h4>Settings</h4>\n<dl class="message-properties">\n${indent(1, entries.join("\n"))}\n</dl>`;
}

function sentence({ editor, schema, unit, columns = [] }: Field): string {
  const preset = schema.default;
  switch (editor) {
    case "number":
      return `From ${expectation(schema, unit)}; factory value ${preset}.`;
    case "choice":
      return `One of ${expectation(schema)}; factory value ${preset}.`;
    case "switch":
      return `Factory value ${preset ? "on" : "off"}.`;
    case "units":
      return `At most ${schema.maxItems} units of the same site, by name.`;
    case "texts":
      return `At most ${schema.maxItems}, each ${schema.items?.description}.`;
    case "order":
      return `The first one first; factory value ${(preset as readonly string[]).join(", ")}.`;
    case "table":
      return `At most ${schema.maxItems} rows of ${columns.map(({ title }) => title.toLowerCase()).join(", ")}.`;
    case "profile":
      return `At most ${schema.maxItems} points; the time is a local time such as 22:30, or sunset or sunrise, with an offset such as sunset+00:30.`;
  }
}

function privacy({ privacy: { senses, retention } }: Declaration): string {
  const sentences = [...senses.map(({ says }) => says), retention].map(
    (sentence) => `<li>${text(sentence)}</li>`,
  );
  return `<h4>Privacy</h4>\n<ul>\n${indent(1, sentences.join("\n"))}\n</ul>`;
}

const references = `<h3>References</h3>
<ul>
  <li><a href="https://github.com/plinth-firmware/plinth">Plinth</a> - the firmware that runs on the unit</li>
</ul>`;
