import type { Finding } from "./finding.ts";
import { addressFindings } from "./i2c-addresses.ts";
import { lineFindings } from "./pins.ts";
import { sharingFindings } from "./serial-lines.ts";
import type { Fitted } from "./wiring.ts";

/**
 * Why parts cannot be wired together, whatever the board. That a part answers at another's all-call address is not
 * among it: a unit may have worked like that for years, while nobody called.
 * @param parts of two that clash, the later one is to blame
 */
export const clashFindings = (parts: readonly Fitted[]): Finding[] =>
  [...addressFindings(parts), ...sharingFindings(parts), ...lineFindings(parts)].filter(
    ({ rule }) => rule !== "i2c-all-call-clash",
  );
