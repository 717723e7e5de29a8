import type { DeclarationState, PointState, UnitState } from "../view.ts";
import { KeyedChildren, make, setAttribute, setText } from "./dom.ts";
import { glanceText } from "./format.ts";
import { reasonsOf } from "./reasons.ts";
import { unwellFlag } from "./unwell.ts";

/** As the style sheet has it. */
const cellsInRow = 3;

/** What a unit says of itself in a glance. */
export class UnitCard {
  readonly item = make("li");
  readonly button = make("button", "unit");
  readonly #declaration: DeclarationState;
  readonly #flag = make("span", "flag");
  readonly #values: readonly (readonly [point: PointState, cell: HTMLElement])[];
  readonly #bar = make("i");
  readonly #why = make("span", "why");
  readonly #alarms = make("span", "alarm");
  readonly #dots = make("span", "dots");
  readonly #health = make("span", "visually-hidden");
  readonly #lights = new KeyedChildren(
    this.#dots,
    () => make("i"),
    (dot, state: string, role) => {
      setAttribute(dot, "data-state", state);
      setAttribute(dot, "title", `${role}: ${state}`);
    },
  );

  constructor(unit: string, declaration: DeclarationState) {
    this.#declaration = declaration;
    this.#values = declaration.glance.map((point) => [point, cellOf(point)]);
    const [first, second, ...rest] = this.#values.map(([, cell]) => cell);
    this.button.classList.toggle("dense", rest.length > cellsInRow);
    this.button.type = "button";
    this.button.dataset.testid = "unit";
    this.button.dataset.unit = unit;
    this.button.dataset.kind = declaration.kind;
    this.#dots.setAttribute("aria-hidden", "true");
    const bar = make("span", "bar", this.#bar);
    bar.setAttribute("aria-hidden", "true");
    this.button.append(
      make("span", "row", make("b", "name", unit), this.#flag),
      make("span", "row headline", ...(first ? [first] : []), ...(second ? [second] : [])),
      bar,
      this.#why,
      make("span", "cells", ...rest),
      this.#alarms,
      this.#dots,
      this.#health,
    );
    this.item.append(this.button);
  }

  update(state: UnitState, isOpen: boolean): void {
    const { button } = this;
    const { actuators, samples, alarms, running, connected } = state;
    setAttribute(button, "data-reason", Object.values(actuators)[0]?.code ?? "none");
    setAttribute(button, "data-running", String(running));
    setAttribute(button, "data-connected", String(connected));
    setAttribute(button, "data-alarms", alarms.map(({ name }) => name).join(" "));
    setAttribute(button, "aria-expanded", String(isOpen));
    setText(this.#flag, flagOf(state));
    setAttribute(this.#flag, "title", this.#flag.textContent!);
    for (const [point, cell] of this.#values) {
      const sample = samples[point.source];
      setAttribute(cell, "data-value", sample?.value?.toFixed(sample.decimals) ?? "");
      setText(cell.firstElementChild!, glanceText(point, sample));
    }
    this.#showBar(state);
    setText(this.#why, running ? reasonsOf(state, this.#declaration) : "process is starting again");
    setAttribute(this.#why, "title", this.#why.textContent!);
    setText(this.#alarms, alarms.map(({ title }) => title).join(", "));
    this.#showHealth(state);
  }

  place(leftPx: number, widthPx: number): void {
    this.item.style.left = `${leftPx}px`;
    this.item.style.width = `${widthPx}px`;
  }

  /** A share has a bar. */
  #showBar({ samples }: UnitState): void {
    const [first] = this.#declaration.glance;
    const sample = first && samples[first.source];
    const share = sample?.unit === "%" ? (sample.value ?? 0) / 100 : 0;
    const transform = `scaleX(${share.toFixed(3)})`;
    if (this.#bar.style.transform !== transform) this.#bar.style.transform = transform;
  }

  #showHealth({ parts }: UnitState): void {
    const states = Object.entries(parts).map(([role, { state }]) => [role, state] as const);
    this.#lights.show(states);
    const unwell = states.filter(([, state]) => state !== "ok");
    setText(
      this.#health,
      unwell.length === 0
        ? `${states.length} parts ok`
        : unwell.map(([role, state]) => `${role} ${state}`).join(", "),
    );
  }
}

/** A value over what it is of. */
function cellOf({ name, title }: PointState): HTMLElement {
  // Of `AC outlet: power` the unit says what it is.
  const [subject = title] = title.split(":");
  const cell = make("span", "cell", make("span", "value"), make("small", "", subject));
  cell.dataset.point = name;
  cell.title = title;
  return cell;
}

/** The one thing that somebody should notice first. */
function flagOf({ running, connected, alarms, parts }: UnitState): string {
  if (!running) return "down";
  if (alarms.length > 0) return "⚠ alarm";
  return connected ? unwellFlag(parts) : "offline";
}
