import type { Say } from "./say.ts";

/** The help of a site's configuration node. */
export const siteHelp = (
  say: Say,
): string => `<p>${say("A site: street furniture that meets on one MQTT broker, under one name.")}</p>
<h3>${say("Details")}</h3>
<p>${say("The broker is Node-RED's own <i>mqtt-broker</i>: its address, TLS and password are kept there. The site is named as the units were told when they were installed: lower-case letters, digits and hyphens, at most 32. The magnifier lists the sites of all units that have described themselves on the broker.")}</p>
<p>${say("Units of one site hear each other: lamps that are neighbours have one site.")}</p>`;
