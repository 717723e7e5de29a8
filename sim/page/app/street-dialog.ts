import type { PageState, ScenarioState } from "../view.ts";
import { offer } from "./controls.ts";
import { byId, setText } from "./dom.ts";
import { FaultMenu } from "./fault-menu.ts";
import { localTime } from "./format.ts";
import { toFragment } from "./permalink.ts";
import { type Ask, askFor } from "./stream.ts";

/** Which street it is: another one to choose, its recording, a link to this moment, and faults of the street itself. */
export class StreetDialog {
  readonly #element = byId<HTMLDialogElement>("street-dialog");
  readonly #list = byId<HTMLSelectElement>("scenarios");
  readonly #about = byId("scenario-about");
  readonly #seed = byId<HTMLInputElement>("seed");
  readonly #replay = byId<HTMLButtonElement>("replay");
  readonly #layOut = byId<HTMLButtonElement>("lay-out");
  readonly #recorded = byId("recorded");
  readonly #link = byId<HTMLInputElement>("permalink");
  readonly #faults: FaultMenu;
  readonly #ask: Ask;
  readonly #onRefused: (message: string) => void;
  #scenarios: readonly ScenarioState[] = [];
  #state: PageState | undefined;

  constructor(ask: Ask, onRefused: (message: string) => void, unit: () => string | undefined) {
    this.#ask = ask;
    this.#onRefused = onRefused;
    this.#faults = new FaultMenu(ask, onRefused);
    byId("street-faults").append(this.#faults.element);
    byId("street-open").addEventListener("click", () => this.#open(unit()));
    byId("street-close").addEventListener("click", () => this.#element.close());
    this.#list.addEventListener("change", () => this.#choose());
    this.#layOut.addEventListener("click", () => this.#layAnew());
    this.#replay.addEventListener("click", () => {
      this.#element.close();
      ask("/replay", {});
    });
  }

  update(state: PageState): void {
    this.#state = state;
    if (!this.#element.open) return;
    const { recorded, isRecordingFull, realTime } = state.run;
    for (const control of [this.#list, this.#seed, this.#layOut, this.#replay])
      offer(control, realTime === undefined, realTime);
    const deeds = recorded === 1 ? "1 deed" : `${recorded} deeds`;
    const told = isRecordingFull ? `${deeds}: full, what came later is not in it` : deeds;
    setText(this.#recorded, realTime ?? told);
    this.#faults.update(state, undefined);
  }

  #open(unit: string | undefined): void {
    const state = this.#state;
    if (!state) return;
    const { scenario, seed, startMs } = state.run;
    const street = { scenario, seed, startMs, momentMs: state.nowMs };
    const fragment = toFragment({ street, ...(unit === undefined ? {} : { unit }) });
    this.#link.value = `${location.origin}${location.pathname}${fragment}`;
    this.#element.showModal();
    this.update(state);
    askFor<readonly ScenarioState[]>("/scenarios")
      .then((scenarios) => {
        this.#scenarios = scenarios;
        this.#list.replaceChildren(...scenarios.map(({ name, title }) => new Option(title, name)));
        this.#list.value = scenario;
        this.#choose();
        this.#seed.value = String(seed);
      })
      .catch((error: Error) => this.#onRefused(error.message));
  }

  #choose(): void {
    const chosen = this.#scenarios.find(({ name }) => name === this.#list.value);
    if (!chosen) return;
    const { date, time } = localTime(chosen.startMs, chosen.timeZone);
    setText(this.#about, `${chosen.inventory} · ${date}, ${time}`);
    this.#seed.value = String(chosen.seed);
  }

  #layAnew(): void {
    if (!this.#seed.reportValidity()) return;
    this.#element.close();
    this.#ask("/open", { scenario: this.#list.value, seed: this.#seed.valueAsNumber });
  }
}
