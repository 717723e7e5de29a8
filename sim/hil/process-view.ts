import { declarationsIn, offersById, toPageState } from "../live/page-state.ts";
import { toScenarioState } from "../live/shelf.ts";
import { type UnitWatch, watchUnits } from "../live/unit-watch.ts";
import { RequestError } from "../page/request.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "../page/unit-detail.ts";
import type { PageState, ScenarioState, StreetView } from "../page/view.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import type { StreetOfProcesses } from "./street-of-processes.ts";

const why = "Its units are processes of this machine, in real time: they can be neither held nor hurried.";

/** A street of processes as the page sees it. Faults can be done to it; its time goes as it goes. */
export class ProcessView implements StreetView {
  readonly #streets: StreetOfProcesses;
  readonly #declarations: PageState["declarations"];
  readonly #watches: ReadonlyMap<string, UnitWatch>;

  constructor(streets: StreetOfProcesses) {
    this.#streets = streets;
    this.#declarations = declarationsIn(streets.street);
    this.#watches = watchUnits(streets.street);
  }

  state(): PageState {
    const { street, faults, scenario, seed } = this.#streets;
    return toPageState({
      street,
      faults,
      offers: scenario.offers,
      declarations: this.#declarations,
      run: {
        number: 1,
        scenario: scenario.name,
        title: scenario.title,
        seed,
        startMs: scenario.startUnixMs,
        recorded: 0,
        isRecordingFull: false,
        realTime: why,
      },
      speed: 1,
    });
  }

  detail(unit: string): UnitDetail | undefined {
    return this.#watches.get(unit)?.detail(this.#nowMs);
  }

  history(unit: string, source: string, span: HistorySpan): HistoryState | undefined {
    return this.#watches.get(unit)?.history(source, span, this.#nowMs);
  }

  faultMenu(): ReadonlyMap<string, MenuFault> {
    return this.#streets.faults.menu;
  }

  setFault(id: string, active: boolean, amount?: number): void {
    const { faults, scenario } = this.#streets;
    faults.set(id, active, amount ?? offersById(scenario.offers).get(id)?.fault.by);
  }

  scenarios(): readonly ScenarioState[] {
    return [toScenarioState(this.#streets.scenario)];
  }

  setSpeed(factor: number): void {
    if (factor !== 1) throw new RequestError(409, why);
  }

  async step(): Promise<void> {
    throw new RequestError(409, why);
  }

  async open(): Promise<void> {
    throw new RequestError(409, `${why} Another street: plinth hil <street.yaml>`);
  }

  async replay(): Promise<void> {
    throw new RequestError(409, why);
  }

  cancel(): void {
    throw new RequestError(409, "the street is not on its way");
  }

  recording(): string {
    throw new RequestError(409, `${why} What is done to them is not recorded.`);
  }

  get #nowMs(): number {
    return this.#streets.street.loop.now;
  }
}
