import { limitSwitch } from "#devices/chips/limit-switch.ts";
import { contactTwin } from "./contact-twin.ts";

/** Contact at the end of a drive's way, from 3.3 V. Switches with a lever bounce longer than reed contacts. */
export const twin = contactTwin(limitSwitch, {
  high: 1,
  bounceMsMax: 5,
  honesty: { modelled: ["contact bounce"], tagged: ["differential travel"] },
});
