import type { PageState } from "../view.ts";
import { css, mix, rgb } from "./colour.ts";
import { byId } from "./dom.ts";
import { isLamp, lampsOf } from "./lamp-state.ts";
import { type Layout, xPx } from "./layout.ts";
import type { Motion } from "./motion.ts";
import { brightness, warmWhite } from "./scene/light.ts";

const heightPx = 34;

/** The whole street in one strip, where it is wider than the page: lamps as they burn, people, and what is in view. */
export class Overview {
  readonly #canvas = byId<HTMLCanvasElement>("overview");

  /** @param scrollTo asked to bring a place (share of the street's width) into the middle of the view. */
  constructor(scrollTo: (share: number) => void) {
    const go = (event: PointerEvent) => scrollTo(event.offsetX / this.#canvas.clientWidth);
    this.#canvas.addEventListener("pointerdown", (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      go(event);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      if (event.buttons > 0) go(event);
    });
  }

  /** Shows or hides itself. */
  layOut({ contentPx, viewportPx }: Layout, pixelRatio: number): void {
    this.#canvas.hidden = contentPx <= viewportPx;
    this.#canvas.width = viewportPx * pixelRatio;
    this.#canvas.height = heightPx * pixelRatio;
  }

  draw(layout: Layout, state: PageState, motion: Motion, scrollPx: number, pixelRatio: number): void {
    if (this.#canvas.hidden) return;
    const context = this.#canvas.getContext("2d")!;
    const shrink = layout.viewportPx / layout.contentPx;
    const at = (xM: number) => xPx(layout, xM) * shrink;
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    context.clearRect(0, 0, layout.viewportPx, heightPx);
    context.fillStyle = "rgb(255 255 255 / 0.1)";
    context.beginPath();
    context.roundRect(scrollPx * shrink + 1, 2, layout.viewportPx * shrink - 2, heightPx - 4, 7);
    context.fill();
    context.fillStyle = "rgb(255 255 255 / 0.16)";
    context.fillRect(at(0), heightPx - 10, at(layout.lengthM) - at(0), 1);
    for (const { xM, opacity } of motion.walkers.values()) {
      context.fillStyle = css([150, 214, 235], 0.9 * opacity);
      context.fillRect(at(xM) - 1, heightPx - 15, 2, 5);
    }
    context.fillStyle = "rgb(150 165 200 / 0.75)";
    for (const unit of Object.values(state.units)) {
      if (isLamp(unit)) continue;
      const halfPx = Math.max(2, (shrink * layout.pxPerM * (unit.lengthM ?? 0)) / 2);
      context.fillRect(at(unit.xM) - halfPx, heightPx - 8, 2 * halfPx, 3);
    }
    for (const [id, { xM }] of lampsOf(state.units)) {
      const light = brightness(motion.levelOf(id));
      context.fillStyle = css(mix(rgb("#3a435c"), warmWhite, light));
      context.beginPath();
      context.arc(at(xM), 12, 2.2 + 2 * light, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
