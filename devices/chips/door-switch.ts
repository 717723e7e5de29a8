import { contact } from "./contact.ts";

/**
 * Door contact of a cabinet: a reed switch, closed by a magnet in the closed door, between 3.3 V and a line with a
 * pull-down. An open door, a removed magnet and a cut cable all look the same, open: whoever tampers is seen. A
 * contact shorted at the terminals looks like a closed door.
 */
export const doorSwitch = contact({
  id: "door-switch",
  title: "cabinet door contact",
  maker: "various",
  datasheet: "reed contact, normally open, closed by its magnet",
  channel: "open",
  high: 0,
});
