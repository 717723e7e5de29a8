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
  // A contact between 3.3 V and the line; the current is that of a pull-down of 50 kΩ.
  electrical: { supply: [3.3, 3.3], currentMaxMa: 0.07 },
  channel: "open",
  high: 0,
});
