import type { FaultState, PageState } from "../view.ts";
import { byId, KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { speedText } from "./format.ts";
import { nearestStop, speedStops } from "./speed-stops.ts";
import { ask } from "./stream.ts";

/** For so long after it was moved the slider waits for the street, then it follows the street again. */
const holdMs = 1_000;

/** Speed and faults: what the person at the page may do to the street. */
export class Controls {
  readonly #slider = byId<HTMLInputElement>("speed");
  readonly #speedText = byId("speed-text");
  readonly #faults: KeyedChildren<HTMLButtonElement, FaultState>;
  readonly #onRefused: (message: string) => void;
  #heldUntilMs = 0;

  constructor(onRefused: (message: string) => void) {
    this.#onRefused = onRefused;
    byId("ticks").append(...speedStops.map((stop) => make("span", "", stop === 0 ? "❚❚" : speedText(stop))));
    byId("speeds").append(...speedStops.map((_, index) => new Option("", String(index))));
    this.#slider.addEventListener("input", ({ timeStamp }) => {
      const factor = speedStops[this.#slider.valueAsNumber]!;
      this.#heldUntilMs = timeStamp + holdMs;
      this.#showSpeed(factor);
      this.#ask("/speed", { factor });
    });
    this.#faults = new KeyedChildren(byId("faults"), (id) => this.#makeFault(id), showFault);
  }

  /** @param atMs of `performance`'s origin, as animation frames have it. */
  update({ speed, faults }: PageState, atMs: number): void {
    if (atMs > this.#heldUntilMs) {
      const stop = String(nearestStop(speed));
      if (this.#slider.value !== stop) this.#slider.value = stop;
      this.#showSpeed(speed);
    }
    this.#faults.show(Object.entries(faults));
  }

  #showSpeed(factor: number): void {
    setText(this.#speedText, speedText(factor));
    setAttribute(this.#slider, "aria-valuetext", factor === 0 ? "paused" : `${factor} times real time`);
  }

  #makeFault(id: string): HTMLButtonElement {
    const button = make("button", "fault");
    button.type = "button";
    button.dataset.fault = id;
    button.addEventListener("click", () =>
      this.#ask("/fault", { id, active: button.getAttribute("aria-pressed") !== "true" }),
    );
    return button;
  }

  #ask(path: "/speed" | "/fault", body: object): void {
    ask(path, body).catch((error: Error) => this.#onRefused(error.message));
  }
}

/** What lasts is a switch, anything else a button. */
function showFault(button: HTMLButtonElement, { title, active, lasts, unit }: FaultState): void {
  setText(button, unit === undefined || title.includes(unit) ? title : `${title} · ${unit}`);
  if (lasts) setAttribute(button, "aria-pressed", String(active));
}
