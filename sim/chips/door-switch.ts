import { doorSwitch } from "#devices/chips/door-switch.ts";
import { contactTwin } from "./contact-twin.ts";

/** Reed contact of a door, from 3.3 V: closed while the door is. Reed contacts bounce for a millisecond or two. */
export const twin = contactTwin(doorSwitch, {
  high: 0,
  bounceMsMax: 2,
  honesty: { modelled: ["contact bounce"], tagged: ["contact resistance"] },
});
