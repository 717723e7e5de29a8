import type { PageState } from "../view.ts";
import { black, css, white } from "./colour.ts";
import { byId } from "./dom.ts";
import { type Layout, layoutOf, unitAt } from "./layout.ts";
import type { Motion } from "./motion.ts";
import { Overview } from "./overview.ts";
import { drawScene, inkOnSky } from "./scene/scene.ts";
import { ambience, skyColours } from "./scene/sky-colours.ts";
import { inOrder, type Units } from "./units.ts";
import type { VehicleMotion } from "./vehicle-motion.ts";

const pixelRatioMax = 2;
const sceneHeightPxMin = 250;

/** The room in which the street is drawn: sizes, scrolling, and one picture after the other. */
export class Stage {
  readonly #street = byId("street");
  readonly #content = byId("content");
  readonly #canvas = byId<HTMLCanvasElement>("scene");
  readonly #context = this.#canvas.getContext("2d", { alpha: false })!;
  readonly #overview: Overview;
  readonly #motion: Motion;
  readonly #vehicles: VehicleMotion;
  readonly #units: Units;
  #layout: Layout | undefined;
  #laidOutFor = "";
  #state: PageState | undefined;
  #pixelRatio = 1;
  #breathMs = 0;
  #drawnAtMs = 0;
  #text = { rightPx: 0, bottomPx: 0 };
  /** True when the room, what is in view or what is pointed at changed since the last picture. */
  isStale = true;

  constructor(motion: Motion, vehicles: VehicleMotion, units: Units) {
    this.#motion = motion;
    this.#vehicles = vehicles;
    this.#units = units;
    const stale = () => {
      this.isStale = true;
    };
    new ResizeObserver(() => {
      this.#laidOutFor = "";
      stale();
    }).observe(this.#street);
    const text = byId("hud-text");
    new ResizeObserver(() => {
      const { right: rightPx, bottom: bottomPx } = text.getBoundingClientRect();
      this.#text = { rightPx, bottomPx };
      stale();
    }).observe(text);
    this.#street.addEventListener("scroll", stale, { passive: true });
    for (const type of ["pointerover", "focusin", "focusout"]) this.#street.addEventListener(type, stale);
    this.#listenToPointer();
    this.#overview = new Overview((share) => {
      this.#street.scrollLeft = share * this.#layout!.contentPx - this.#layout!.viewportPx / 2;
    });
  }

  /** What stands in the picture can be pointed at and chosen, as its card can. */
  #listenToPointer(): void {
    const unitUnder = ({ clientX }: PointerEvent | MouseEvent) => {
      if (!this.#state || !this.#layout) return undefined;
      const atPx = clientX - this.#content.getBoundingClientRect().left;
      return unitAt(this.#layout, Object.entries(this.#state.units), atPx);
    };
    this.#canvas.addEventListener("pointermove", (event) => {
      this.#units.hinted = unitUnder(event);
      this.#canvas.style.cursor = this.#units.hinted === undefined ? "" : "pointer";
    });
    this.#canvas.addEventListener("pointerleave", () => {
      this.#units.hinted = undefined;
    });
    this.#canvas.addEventListener("click", (event) => {
      const unit = unitUnder(event);
      if (unit !== undefined) this.#units.choose(unit);
    });
  }

  draw(state: PageState, atMs: number, still: boolean): void {
    this.#state = state;
    const layout = this.#layOut(state);
    const sky = skyColours(state.sunElevationDeg, state.weather.cloudCover);
    if (!still) this.#breathMs += Math.min(100, atMs - this.#drawnAtMs) * pace(state.speed);
    this.#drawnAtMs = atMs;
    this.isStale = false;
    const scrollPx = this.#street.scrollLeft;
    this.#context.setTransform(this.#pixelRatio, 0, 0, this.#pixelRatio, 0, 0);
    drawScene({
      context: this.#context,
      layout,
      state,
      motion: this.#motion,
      vehicles: this.#vehicles,
      sky,
      ambience: ambience(state.daylightLux),
      scrollPx,
      breathMs: this.#breathMs,
      text: this.#text,
      hinted: this.#units.hinted,
    });
    this.#overview.draw(layout, state, this.#motion, scrollPx, this.#pixelRatio);
    const { style } = document.documentElement;
    const ink = inkOnSky({ sky });
    style.setProperty("--ink-on-sky", css(ink));
    style.setProperty("--halo-on-sky", css(ink === white ? black : white, 0.5));
  }

  /** Anew only when the room or the set of units is another one. */
  #layOut(state: PageState): Layout {
    const { units, lengthM } = state;
    const key = Object.keys(units).join();
    if (this.#layout && this.#laidOutFor === key) return this.#layout;
    this.#laidOutFor = key;
    const standings = inOrder(units).map(([, unit]) => unit);
    const cardsPx = Number.parseFloat(getComputedStyle(this.#street).getPropertyValue("--cards"));
    const sceneHeightPx = Math.max(sceneHeightPxMin, this.#street.clientHeight - cardsPx);
    const layout = layoutOf(this.#street.clientWidth, sceneHeightPx, lengthM, standings);
    this.#layout = layout;
    this.#pixelRatio = Math.min(pixelRatioMax, devicePixelRatio);
    this.#canvas.width = layout.viewportPx * this.#pixelRatio;
    this.#canvas.height = sceneHeightPx * this.#pixelRatio;
    this.#canvas.style.width = `${layout.viewportPx}px`;
    this.#canvas.style.height = `${sceneHeightPx}px`;
    this.#content.style.width = `${layout.contentPx}px`;
    this.#content.style.height = `${sceneHeightPx + cardsPx}px`;
    this.#overview.layOut(layout, this.#pixelRatio);
    this.#units.layOut(state, layout);
    return layout;
  }
}

/** Rain and clouds hurry with the street, but not as much. */
const pace = (speed: number) => (speed === 0 ? 0 : Math.min(4, 1 + Math.log10(Math.max(1, speed))));
