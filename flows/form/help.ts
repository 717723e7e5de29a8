import type { Declaration, Field } from "../node/declaration.ts";
import { spoken } from "../node/phrases.ts";
import { expectation } from "../node/schema.ts";
import type { Text } from "../node/text.ts";
import { indent, escapeHtml as text } from "./markup.ts";
import type { Say } from "./say.ts";

/** What a help is written with: its language, and the message catalogue of its node in that language. */
export interface Voice {
  readonly say: Say;
  readonly texts: Text;
}

/** The help of a node, in the order of Node-RED's help style guide; its first paragraph is the palette's tooltip. */
export function help(declaration: Declaration, fields: readonly Field[], voice: Voice): string {
  const { say } = voice;
  const kind = text(say(declaration.title).toLowerCase());
  return [
    `<p>${say("Configures a __kind__ over MQTT.", { kind })} ${text(say(declaration.summary))}</p>`,
    inputs(fields, say),
    outputs(say),
    details(say),
    settingsList(fields, voice),
    privacy(declaration, say),
    references(say),
  ].join("\n");
}

function inputs(fields: readonly Field[], say: Say): string {
  const [first] = fields.filter(({ editor }) => editor === "number");
  const example = first ? `<code>{"${first.name}": ${first.schema.default}}</code>` : "<code>{}</code>";
  return `<h3>${say("Inputs")}</h3>
<dl class="message-properties">
  <dt class="optional">payload <span class="property-type">${say("object")}</span></dt>
  <dd>${say("settings that hold over those of the form until the next message, the next deploy of this node or the next start of Node-RED, such as __example__. An empty object returns to the form. Settings that are not allowed are refused: nothing is sent, and a <i>catch</i> node hears why.", { example })}</dd>
</dl>`;
}

const outputs = (say: Say) => `<h3>${say("Outputs")}</h3>
<dl class="message-properties">
  <dt>payload <span class="property-type">${say("object")}</span></dt>
  <dd>${say("how the unit stands to its settings, at each change: <code>state</code>, <code>revision</code>, <code>online</code>, <code>refusals</code> (field, problem, expected) and <code>inForce</code> (revision and settings the unit runs on).")}</dd>
  <dt>topic <span class="property-type">${say("string")}</span></dt>
  <dd>${say("the MQTT topic on which the unit reports.")}</dd>
</dl>`;

const details = (say: Say) => `<h3>${say("Details")}</h3>
<p>${say("On deploy the settings are published as one retained message, unless the broker already holds the same. The unit takes all of them or none, stores them, and reports. It goes on with what it has when Node-RED or the broker is away. An undo in the editor undoes on the unit, as soon as the former flow is deployed. Removing the node leaves its last settings in force.")}</p>
<ul>
  <li>${say("<b>applied</b>: the unit runs on these settings; the digits name their revision.")}</li>
  <li>${say("<b>sent</b>: published, the unit has not answered yet.")}</li>
  <li>${say("<b>waiting</b>: published, the unit is offline or was never heard of.")}</li>
  <li>${say("<b>refused</b>: the unit keeps its former settings; field and problem are shown.")}</li>
  <li>${say("<b>replaced</b>: somebody else published other settings since; deploy to send these again.")}</li>
</ul>
<p>${say("One unit is configured by one node. Of two Node-REDs that set the same unit, the one that was deployed last has its way; the other shows <b>replaced</b> and sends nothing by itself, not when its broker comes back, and not when it is started anew, as long as Node-RED keeps context on disk: without that, a start is a deploy. A new unit under the name of an old one gets the settings that wait at the broker.")}</p>`;

function settingsList(fields: readonly Field[], voice: Voice): string {
  const { say } = voice;
  const entries = fields.map(
    (field) => `<dt>${text(say(field.title))} <span class="property-type">${text(field.name)}</span></dt>
<dd>${text(say(field.help))} ${text(sentence(field, voice))}</dd>`,
  );
  return `<h4>${say("Settings")}</h4>\n<dl class="message-properties">\n${indent(1, entries.join("\n"))}\n</dl>`;
}

function sentence({ editor, schema, unit, columns = [] }: Field, { say, texts }: Voice): string {
  const preset = schema.default;
  const most = schema.maxItems ?? "";
  const word = (english: unknown) => spoken(String(english), texts);
  switch (editor) {
    case "number":
      return say("Range: __range__; factory value __value__.", {
        range: word(expectation(schema, unit)),
        value: String(preset),
      });
    case "choice":
      return say("One of __choices__; factory value __value__.", {
        choices: word(expectation(schema)),
        value: word(preset),
      });
    case "switch":
      return preset ? say("Factory value on.") : say("Factory value off.");
    case "units":
      return say("At most __most__ units of the same site, by name.", { most });
    case "texts":
      return say("At most __most__, each __each__.", { most, each: word(schema.items?.description) });
    case "order":
      return say("The first one first; factory value __value__.", {
        value: (preset as readonly string[]).map(word).join(", "),
      });
    case "table":
      return say("At most __most__ rows of __columns__.", {
        most,
        columns: columns.map(({ title }) => say(title).toLowerCase()).join(", "),
      });
    case "profile":
      return say(
        "At most __most__ points; the time is a local time such as 22:30, or sunset or sunrise, with an offset such as sunset+00:30.",
        { most },
      );
  }
}

function privacy({ privacy: { senses, retention } }: Declaration, say: Say): string {
  const sentences = [...senses.map(({ says }) => says), retention].map(
    (sentence) => `<li>${text(say(sentence))}</li>`,
  );
  return `<h4>${say("Privacy")}</h4>\n<ul>\n${indent(1, sentences.join("\n"))}\n</ul>`;
}

export const references = (say: Say) => `<h3>${say("References")}</h3>
<ul>
  <li><a href="https://github.com/plinth-firmware/plinth">Plinth</a> - ${say("the firmware that runs on the unit")}</li>
</ul>`;
