import type { Furniture } from "../furniture/vocabulary.ts";
import type { Board } from "./boards.ts";
import { type BusTime, busTimeFindings, busTimes } from "./bus-time.ts";
import { bySeverity, type Finding } from "./finding.ts";
import { addressFindings } from "./i2c-addresses.ts";
import { levelFindings } from "./levels.ts";
import { functionsOf, lineFindings, type Pin, pinFindings, pinsOf } from "./pins.ts";
import { serialFindings, sharingFindings } from "./serial-lines.ts";
import { type Rail, railsOf, supplyFindings } from "./supply.ts";
import { type Fitted, type Wire, wiringOf } from "./wiring.ts";

/** How a unit is to be wired, and what is wrong with that: before anybody solders. */
export interface Plan {
  readonly wires: readonly Wire[];
  readonly pins: readonly Pin[];
  /** What each I2C bus has to carry in a second. */
  readonly buses: readonly BusTime[];
  readonly rails: readonly Rail[];
  /** Lines of the board's config.txt that make the buses and ports. */
  readonly configTxt: readonly string[];
  /** Gravest first. */
  readonly findings: readonly Finding[];
}

/**
 * Plans the buses and pins of one unit.
 * @param parts in roles of the declaration; of two that clash, the later one is to blame
 */
export function planOf(parts: readonly Fitted[], board: Board, declaration: Furniture): Plan {
  return {
    wires: wiringOf(parts),
    pins: pinsOf(parts, board),
    buses: busTimes(parts, declaration),
    rails: railsOf(parts, board),
    configTxt: configTxt(parts, board, declaration),
    findings: [
      ...addressFindings(parts),
      ...sharingFindings(parts),
      ...serialFindings(parts, board),
      ...busTimeFindings(parts, declaration),
      ...lineFindings(parts, board),
      ...pinFindings(parts, board),
      ...levelFindings(parts, board),
      ...supplyFindings(parts, board),
    ].sort(bySeverity),
  };
}

const configTxt = (parts: readonly Fitted[], board: Board, { fastBuses = [] }: Furniture) =>
  functionsOf(parts, board).map(({ device, enable, enableFast }) =>
    fastBuses.some((bus) => device === `i2c-${bus}`) ? (enableFast ?? enable) : enable,
  );
