import { waterProbe } from "#devices/chips/water-probe.ts";
import { contactTwin } from "./contact-twin.ts";

/** Two electrodes and a comparator with hysteresis, which drives the line high while they are dry. */
export const twin = contactTwin(waterProbe, {
  high: 0,
  bounceMsMax: 0,
  honesty: { modelled: ["wet or dry"], tagged: ["conductivity", "scaling of the electrodes"] },
});
