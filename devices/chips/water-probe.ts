import { contact } from "./contact.ts";

/**
 * Water probe: two electrodes at the bottom of a box, and a comparator that drives the line high while hardly any
 * current flows between them. Water and a cut cable look the same, wet: somebody looks after either. Dirt that
 * conducts reads as wet too; electrodes that scale over do not.
 */
export const waterProbe = contact({
  id: "water-probe",
  title: "conductive water probe",
  maker: "various",
  datasheet: "two electrodes and a comparator, output high while dry",
  // A comparator such as the LM393 (TI SLCS005).
  electrical: { supply: [3, 5.5], currentMaxMa: 2.5 },
  channel: "wet",
  high: 0,
});
