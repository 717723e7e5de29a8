import type { PageState } from "../../view.ts";
import type { Layout } from "../layout.ts";
import type { Motion } from "../motion.ts";
import type { VehicleMotion } from "../vehicle-motion.ts";
import type { SkyColours } from "./sky-colours.ts";

/** One picture to be drawn: everything that a layer of the scene may look at. */
export interface Picture {
  readonly context: CanvasRenderingContext2D;
  readonly layout: Layout;
  readonly state: PageState;
  readonly motion: Motion;
  readonly vehicles: VehicleMotion;
  readonly sky: SkyColours;
  /** 0 night to 1 day. */
  readonly ambience: number;
  /** How far the street is scrolled. */
  readonly scrollPx: number;
  /** Real time, ms, for what moves whatever the street's speed; stands still when motion is unwanted. */
  readonly breathMs: number;
  /** The page's clock and weather reach from the upper left corner to here. */
  readonly text: { readonly rightPx: number; readonly bottomPx: number };
  /** The unit that is pointed at. */
  readonly hinted: string | undefined;
}
