import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Channels, Part } from "#devices/part.ts";
import type { Twin } from "../chips/twin.ts";
import { html, type Markup, section, table } from "./html.ts";
import { judgedText } from "./judges-page.ts";
import { connectionText, rangeText, shortNumber, unitText } from "./words.ts";

/** A part and its twin, for people. @param users kinds that it fits into */
export function chipPage(part: Part, twin: Twin, users: readonly Furniture[]): Markup {
  const { id, title, maker, datasheet, connection, channels, outputs = {} } = part;
  const { modelled, tagged } = twin.honesty;
  return html`<h1>${maker} ${id}</h1>
<p class="summary">${title}</p>
<p>${connectionText(connection)}. Written from ${datasheet}.</p>
${section("measures", "What it measures", channelTable(channels))}
${Object.keys(outputs).length > 0 ? section("drives", "What it drives", channelTable(outputs)) : ""}
${section(
  "twin",
  "Its twin in the simulator",
  html`<p>Behaves as the datasheet says:</p>${list(modelled)}`,
  tagged.length > 0
    ? html`<p>Known by name and not modelled; a driver that touches one is reported:</p>${list(tagged)}`
    : html`<p>Nothing of it is known by name only.</p>`,
)}
${section("judges", "What drivers by others make of it", judgedText(id))}
${section(
  "users",
  "Where it fits",
  users.length > 0
    ? html`<ul>${users.map((user) => html`<li><a href="../kinds/${user.kind}.html">${user.title}</a></li>`)}</ul>`
    : html`<p>No kind of the catalogue has a role for it yet.</p>`,
)}`;
}

const channelTable = (channels: Channels) =>
  Object.keys(channels).length === 0
    ? html`<p>Nothing.</p>`
    : table(
        ["Channel", "Quantity", "Range", "Step at the ends"],
        Object.entries(channels).map(([name, channel]) => [
          html`<code>${name}</code>`,
          channel.quantity.name,
          rangeText(channel),
          `${channel.range.map((end) => shortNumber(channel.step(end))).join(" and ")} ${unitText(channel.quantity.unit)}`,
        ]),
      );

const list = (names: readonly string[]) =>
  names.length === 0
    ? html`<p>–</p>`
    : html`<ul class="names">${names.map((name) => html`<li><code>${name}</code></li>`)}</ul>`;
