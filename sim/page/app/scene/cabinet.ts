import { css, mix, rgb, white } from "../colour.ts";
import type { Drawing } from "./furniture.ts";
import { lit } from "./light.ts";

const steel = rgb("#7d8894");
const night = rgb("#151b2b");

/** A cabinet with its status light: for a kind that nobody has drawn yet. */
export const cabinet: Drawing = {
  yM: 6.2,
  heightM: 1.3,
  reachM: 0.6,
  upright({ context, ambience }, { state, x, footPx, pxPerM, light }) {
    const halfPx = 0.35 * pxPerM;
    const topPx = footPx - 1.25 * pxPerM;
    const body = lit(steel, ambience, light, night);
    context.fillStyle = css(body);
    context.beginPath();
    context.roundRect(x - halfPx, topPx, 2 * halfPx, footPx - topPx, 2);
    context.fill();
    context.fillStyle = css(mix(body, white, 0.18));
    context.fillRect(x - halfPx - 1, topPx - 2, 2 * halfPx + 2, 3);
    context.fillStyle = state.running ? css(rgb(state.connected ? "#54cf9b" : "#ffb347")) : css(night);
    context.fillRect(x - 1.5, topPx + 0.22 * pxPerM, 3, 3);
  },
};
