import type { SettingState } from "../unit-detail.ts";
import type { SettingsState } from "../view.ts";
import { KeyedChildren, make, setAttribute, setText } from "./dom.ts";

/** What a unit was asked to be, what it made of that, and in what it is not as the factory made it. */
export class Settings {
  readonly element: HTMLElement;
  readonly #stand = make("p", "stand");
  readonly #refusals = make("ul", "refusals");
  readonly #refusalRows = new KeyedChildren(this.#refusals, () => make("li"), setText);
  readonly #changed = make("dl", "facts");
  readonly #changedRows = new KeyedChildren(this.#changed, makeFact, showFact);
  readonly #all = make("dl", "facts");
  readonly #allRows = new KeyedChildren(this.#all, makeFact, showFact);
  readonly #noChange = make("p", "stand", "All as the factory made it.");

  constructor() {
    const all = make("details", "", make("summary", "", "All settings"), this.#all);
    this.element = make(
      "section",
      "settings",
      make("h3", "", "Settings"),
      this.#stand,
      this.#refusals,
      this.#noChange,
      this.#changed,
      all,
    );
  }

  /** How the last message was answered, which the street tells by itself. */
  answer(settings: SettingsState | undefined): void {
    setAttribute(this.element, "data-state", settings?.state ?? "none");
    setText(this.#stand, settings ? answerText(settings) : "The process is down.");
    const refusals = settings?.refusals ?? [];
    this.#refusalRows.show(refusals.map((refusal, index) => [`${index}`, refusalText(refusal)]));
  }

  show(settings: readonly SettingState[]): void {
    const changed = settings.filter(({ changes }) => changes.length > 0);
    this.#noChange.hidden = settings.length === 0 || changed.length > 0;
    this.#changedRows.show(changed.map(({ title, changes }) => [title, changes.join("; ")]));
    this.#allRows.show(settings.map(({ title, value }) => [title, value]));
  }
}

export function answerText({ revision, state, inForce }: SettingsState): string {
  if (state === "refused") return `Revision ${revision} was refused: ${inForce} stays in force.`;
  return inForce === "factory" ? "The factory's settings are in force." : `Revision ${inForce} is applied.`;
}

const refusalText = ({ field, problem, expected }: SettingsState["refusals"][number]) =>
  `${field === "" ? "the message" : field}: ${problem}; expected ${expected}`;

const makeFact = (name: string) => make("div", "", make("dt", "", name), make("dd"));
const showFact = (row: HTMLElement, value: string) => setText(row.lastElementChild!, value);
