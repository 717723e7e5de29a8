import type { FaultState, PageState } from "../view.ts";
import { byId, KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { speedText } from "./format.ts";
import { nearestStop, speedStops } from "./speed-stops.ts";
import type { Ask } from "./stream.ts";

/** For so long after it was moved the slider waits for the street, then it follows the street again. */
const holdMs = 1_000;

/** Where the space bar has a meaning of its own. */
const usesSpace = "button, a, input, select, textarea, summary, [role=slider], dialog.sheet";

/** Speed, steps and faults: what the person at the page may do to the street. */
export class Controls {
  readonly #slider = byId<HTMLInputElement>("speed");
  readonly #speedText = byId("speed-text");
  readonly #faults: KeyedChildren<HTMLButtonElement, FaultState>;
  readonly #pause = byId<HTMLButtonElement>("pause");
  readonly #ask: Ask;
  readonly #steps = [...document.querySelectorAll<HTMLButtonElement>("[data-step]")];
  #heldUntilMs = 0;
  #speed = 1;
  /** What it was before it paused. */
  #resumed = 1;

  constructor(ask: Ask) {
    this.#ask = ask;
    this.#pause.addEventListener("click", () => this.#pauseOrResume());
    for (const button of this.#steps)
      button.addEventListener("click", () => ask("/step", { ms: Number(button.dataset.step) }));
    document.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.repeat || (event.target as Element).closest(usesSpace)) return;
      event.preventDefault();
      this.#pauseOrResume();
    });
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
  update({ speed, speedReached, faults, run }: PageState, atMs: number): void {
    for (const control of [this.#slider, this.#pause, ...this.#steps])
      offer(control, run.realTime === undefined, run.realTime);
    if (atMs > this.#heldUntilMs) {
      const stop = String(nearestStop(speed));
      if (this.#slider.value !== stop) this.#slider.value = stop;
      this.#showSpeed(speed, speedReached);
    }
    this.#speed = speed;
    if (speed > 0) this.#resumed = speed;
    setText(this.#pause, speed > 0 ? "Pause" : "Resume");
    this.#faults.show(Object.entries(faults));
  }

  #pauseOrResume(): void {
    this.#ask("/speed", { factor: this.#speed > 0 ? 0 : this.#resumed });
  }

  /** @param reached where the machine does not keep up */
  #showSpeed(factor: number, reached?: number): void {
    const asked = speedText(factor);
    setText(
      this.#speedText,
      reached === undefined ? asked : `asked ${asked}, reaching ${speedText(reached)}`,
    );
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
}

/** What cannot be done says why. */
export function offer(
  control: HTMLInputElement | HTMLButtonElement | HTMLSelectElement,
  isOffered: boolean,
  why = "",
): void {
  control.disabled = !isOffered;
  if (isOffered) control.removeAttribute("title");
  else setAttribute(control, "title", why);
}

/** What lasts is a switch, anything else a button. */
function showFault(button: HTMLButtonElement, { title, active, lasts, unit }: FaultState): void {
  setText(button, unit === undefined || title.includes(unit) ? title : `${title} · ${unit}`);
  if (lasts) setAttribute(button, "aria-pressed", String(active));
}
