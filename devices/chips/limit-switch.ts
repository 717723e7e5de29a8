import { contact } from "./contact.ts";

/**
 * Limit switch of a drive: a contact that is closed at the end of the way, between 3.3 V and a line with a pull-down.
 * A cut cable looks like a drive that never arrives, and is never taken for one that has.
 */
export const limitSwitch = contact({
  id: "limit-switch",
  title: "limit switch",
  maker: "various",
  datasheet: "position switch with a normally open contact (IEC 60947-5-1)",
  // A contact between 3.3 V and the line; the current is that of a pull-down of 50 kΩ.
  electrical: { supply: [3.3, 3.3], currentMaxMa: 0.07 },
  channel: "closed",
  high: 1,
});
