import type { UnitState } from "../view.ts";
import { make, setAttribute, setText } from "./dom.ts";
import { percent, power, sampleText } from "./format.ts";
import { lampTruth } from "./lamp-state.ts";

/** What a lamp says of itself in a glance. */
export class LampCard {
  readonly item = make("li");
  readonly button = make("button", "lamp");
  readonly #unit: string;
  readonly #flag = make("span", "flag");
  readonly #level = make("span", "level");
  readonly #power = make("span", "power");
  readonly #bar = make("i");
  readonly #why = make("span", "why");
  readonly #senses = make("span", "senses", make("span"), make("span"), make("span"));
  readonly #alarms = make("span", "alarm");
  readonly #dots = make("span", "dots");
  readonly #health = make("span", "visually-hidden");

  constructor(unit: string) {
    this.#unit = unit;
    this.button.type = "button";
    this.button.dataset.testid = "lamp";
    this.button.dataset.unit = unit;
    this.#dots.setAttribute("aria-hidden", "true");
    const bar = make("span", "bar", this.#bar);
    bar.setAttribute("aria-hidden", "true");
    this.button.append(
      make(
        "span",
        "card",
        make("span", "row", make("b", "name", unit), this.#flag),
        make("span", "row", this.#level, this.#power),
        bar,
        this.#why,
        this.#senses,
        this.#alarms,
        this.#dots,
        this.#health,
      ),
    );
    this.item.append(this.button);
  }

  /** @param levelPercent as shown: on its way to the true one. */
  update(state: UnitState, levelPercent: number, isOpen: boolean): void {
    const { button } = this;
    const truth = lampTruth(state);
    setAttribute(button, "data-level", truth.levelPercent.toFixed(1));
    setAttribute(button, "data-reason", state.target?.code ?? "none");
    setAttribute(button, "data-running", String(state.running));
    setAttribute(button, "data-connected", String(state.connected));
    setAttribute(button, "data-alarms", state.alarms.map(({ name }) => name).join(" "));
    setAttribute(button, "aria-expanded", String(isOpen));
    setText(this.#flag, flagOf(state));
    setText(this.#level, percent(levelPercent));
    setText(this.#power, power(truth.powerW));
    this.#bar.style.transform = `scaleX(${(levelPercent / 100).toFixed(3)})`;
    setText(
      this.#why,
      state.running ? (state.target?.text ?? "nothing decided yet") : "process is starting again",
    );
    for (const [index, text] of sensesOf(state).entries()) setText(this.#senses.children[index]!, text);
    this.#senses.hidden = state.alarms.length > 0;
    setText(this.#alarms, state.alarms.map(({ title }) => title).join(", "));
    this.#showHealth(state);
  }

  /** @param xPx of the pole, from the left end of the street. */
  place(xPx: number, widthPx: number): void {
    this.item.style.left = `${Math.round(xPx - widthPx / 2)}px`;
    this.item.style.width = `${widthPx}px`;
    setAttribute(this.item, "data-unit", this.#unit);
  }

  #showHealth({ parts }: UnitState): void {
    const states = Object.entries(parts);
    const wanted = states.map(([role, { state }]) => `${role} ${state}`).join(", ");
    if (this.#dots.dataset.shown === wanted) return;
    this.#dots.dataset.shown = wanted;
    this.#dots.replaceChildren(
      ...states.map(([role, { state }]) => {
        const dot = make("i");
        dot.dataset.state = state;
        dot.title = `${role}: ${state}`;
        return dot;
      }),
    );
    const unwell = states.filter(([, { state }]) => state !== "ok");
    setText(
      this.#health,
      unwell.length === 0
        ? `${states.length} parts ok`
        : unwell.map(([role, { state }]) => `${role} ${state}`).join(", "),
    );
  }
}

/** The one thing that somebody should notice first. */
function flagOf({ running, connected, alarms }: UnitState): string {
  if (!running) return "down";
  if (alarms.length > 0) return "⚠ alarm";
  return connected ? "" : "offline";
}

/** What it senses: light, presence, air. */
function sensesOf({ samples }: UnitState): readonly string[] {
  const reading = (source: string) => {
    const sample = samples[source];
    return sample && sample.quality !== "bad" ? sampleText(sample, 1) : "–";
  };
  const presence = samples["presence.occupied"];
  const seen = presence?.quality === "good" ? (presence.value === 1 ? "someone" : "nobody") : "unsure";
  return [reading("light.illuminance"), seen, reading("climate.temperature")];
}
