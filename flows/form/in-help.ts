import { references } from "./help.ts";
import type { Say } from "./say.ts";

/** The help of `furniture in`, in the order of Node-RED's help style guide. */
export const inHelp = (
  say: Say,
): string => `<p>${say("Hands on what the street furniture of a site tells: telemetry, events, alarms, actuators, the health of parts, and units that come and go.")}</p>
<h3>${say("Outputs")}</h3>
<dl class="message-properties">
  <dt>payload</dt>
  <dd>${say('by <code>type</code>: of a <i>measurement</i> the number, or null when there is none; of an <i>alarm</i> <code>"raised"</code> or <code>"cleared"</code>; of an <i>event</i> an object of its fields; of an <i>actuator</i> the number that it was set to; of a <i>part</i> <code>"ok"</code>, <code>"failing"</code>, <code>"quarantined"</code> or <code>"starting"</code>; of <i>status</i> <code>"online"</code> or <code>"offline"</code>.')}</dd>
  <dt>topic <span class="property-type">${say("string")}</span></dt>
  <dd>${say("<code>site/unit/name</code>, such as <code>via-roma/lamp-1/temperature</code>: a chart has a line for each.")}</dd>
  <dt>type, name, title <span class="property-type">${say("string")}</span></dt>
  <dd>${say("what was told: its type, its name on the wire, and its title.")}</dd>
  <dt>site, unit, kind <span class="property-type">${say("string")}</span></dt>
  <dd>${say("who told it; <code>kind</code> is undefined when the unit has not described itself.")}</dd>
  <dt class="optional">unitOfMeasure, quantity, quality <span class="property-type">${say("string")}</span></dt>
  <dd>${say('of a measurement: such as <code>"°C"</code>, <code>"temperature"</code>; and <code>"good"</code>, <code>"stale"</code> (the last good one, too old), <code>"suspect"</code> or <code>"bad"</code>. Of an actuator, the unit of measure.')}</dd>
  <dt class="optional">severity, value, advice</dt>
  <dd>${say('of an alarm: <code>"critical"</code>, <code>"warning"</code> or <code>"notice"</code>; what was measured; and what to do about it.')}</dd>
  <dt class="optional">code, reason <span class="property-type">${say("string")}</span></dt>
  <dd>${say("of an actuator: why it was set.")}</dd>
  <dt class="optional">fault <span class="property-type">${say("string")}</span></dt>
  <dd>${say("of a part: what is wrong, and what to check.")}</dd>
  <dt>time <span class="property-type">number | null</span></dt>
  <dd>${say('when it happened, Unix milliseconds; null when the unit did not know the time. <code>clock</code> says how far to trust it: <code>"network"</code>, <code>"rtc"</code> or <code>"none"</code>.')}</dd>
  <dt>late <span class="property-type">boolean</span></dt>
  <dd>${say("a newer record of this unit came before this one.")}</dd>
  <dt>record <span class="property-type">${say("object")}</span></dt>
  <dd>${say("<code>epoch</code> and <code>sequence</code>, which name the record for ever together with site and unit; <code>boot</code> and <code>uptime</code> (ms).")}</dd>
</dl>
<h3>${say("Details")}</h3>
<p>${say("Each record comes once, however often the network repeats it: copies are known by unit, epoch and sequence. <b>They do not come in order</b>: a unit that was offline sends alarms before measurements, and what is new before what is old; <code>late</code> tells, and <code>time</code> says when it was.")}</p>
<p>${say("The lists of the form are those of the declarations. <i>#</i> stands for the number of a tile or a space; the field below takes one of them, or all when it is empty.")}</p>
<p>${say("What is sent while Node-RED is not connected is not seen here: a store of the city takes records with receipts. Messages that no unit would send are ignored and counted under the node.")}</p>
${references(say)}`;
