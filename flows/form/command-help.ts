import { references } from "./help.ts";
import type { Say } from "./say.ts";

/** The help of `furniture command`, in the order of Node-RED's help style guide. */
export const commandHelp = (
  say: Say,
): string => `<p>${say("Sends a command to a piece of street furniture, and tells what became of it: accepted, refused and why, or timed out.")}</p>
<h3>${say("Inputs")}</h3>
<dl class="message-properties">
  <dt class="optional">payload <span class="property-type">${say("object")}</span></dt>
  <dd>${say('arguments that hold over those of the form, such as <code>{"level": 40}</code>. Anything but an object only sets the command off.')}</dd>
  <dt class="optional">unit <span class="property-type">${say("string")}</span></dt>
  <dd>${say("which unit, when the form leaves it open.")}</dd>
</dl>
<h3>${say("Outputs")}</h3>
<p>${say("One message for each that came in, with its own properties and")}</p>
<dl class="message-properties">
  <dt>payload <span class="property-type">${say("string")}</span></dt>
  <dd>${say('<code>"accepted"</code>, <code>"refused"</code> or <code>"timed out"</code>.')}</dd>
  <dt>reason <span class="property-type">${say("string")}</span></dt>
  <dd>${say("why, in a line; empty when it was accepted.")}</dd>
  <dt>refusals <span class="property-type">${say("array")}</span></dt>
  <dd>${say("each with <code>field</code>, <code>problem</code> and <code>expected</code>.")}</dd>
  <dt class="optional">flight <span class="property-type">${say("object")}</span></dt>
  <dd>${say("of a flight record: <code>file</code>, <code>bytes</code>, <code>from</code> and <code>until</code> (Unix milliseconds), <code>lostEvents</code>, and the files that are <code>kept</code>.")}</dd>
  <dt>command, args</dt>
  <dd>${say("what was asked for.")}</dd>
  <dt>site, unit, kind <span class="property-type">${say("string")}</span></dt>
  <dd>${say("of whom.")}</dd>
  <dt>id <span class="property-type">number | null</span></dt>
  <dd>${say("of the command on the wire; null when it was refused here and not sent: arguments out of range, a unit of another kind, no broker.")}</dd>
  <dt>topic <span class="property-type">${say("string")}</span></dt>
  <dd><code>site/unit/command</code></dd>
</dl>
<h3>${say("Details")}</h3>
<p>${say("A command is sent once. It is never retained, never repeated, and worthless after its time to live: a unit that comes back later refuses it. <b>Timed out</b> says that no answer came in that time; a unit whose answer was lost may have carried it out all the same.")}</p>
<p>${say("Several may be on their way at once; each answer is found by its id. To one unit, ids rise: of two Node-REDs with different clocks, the unit refuses the one that lags.")}</p>
<p>${say("An offline unit is shown under the node at once. The command is sent nevertheless: the unit may be back within the time to live.")}</p>
${references(say)}`;
