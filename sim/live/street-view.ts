import { RequestError } from "../page/request.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "../page/unit-detail.ts";
import type {
  DeclarationState,
  PageState,
  RunState,
  ScenarioState,
  StreetChoice,
  StreetView,
} from "../page/view.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import { moved } from "../scenario/moved.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Street } from "../street/street.ts";
import type { Living } from "./living.ts";
import { declarationsIn, offersById, toPageState } from "./page-state.ts";
import type { Input } from "./recording.ts";
import { toScenarioFile } from "./scenario-file.ts";
import type { Shelf } from "./shelf.ts";
import { type UnitWatch, watchUnits } from "./unit-watch.ts";

/** How the living of another street is made. */
export type Lay = (
  scenario: Scenario,
  seed: number,
  speed: number,
  onTrouble: (what: string) => void,
) => Promise<Living>;

/** One street after the other as the page sees them, and what the page may do to them. */
export class LiveView implements StreetView {
  readonly #shelf: Shelf;
  readonly #lay: Lay;
  #living!: Living;
  #declarations: Readonly<Record<string, DeclarationState>> = {};
  #watches: ReadonlyMap<string, UnitWatch> = new Map();
  #number = 0;
  #isLaying = false;
  #journeyFromMs: number | undefined;
  #trouble: string | undefined;
  #nodeRedUrl: string | undefined;

  private constructor(shelf: Shelf, lay: Lay) {
    this.#shelf = shelf;
    this.#lay = lay;
  }

  /** With a first street, whose time goes, and which whoever is outside sees. */
  static async begun(
    shelf: Shelf,
    lay: Lay,
    first: { readonly scenario: Scenario; readonly seed: number; readonly speed: number },
  ): Promise<LiveView> {
    const view = new LiveView(shelf, lay);
    const { scenario, seed, speed } = first;
    view.#show(await lay(scenario, seed, speed, (what) => view.#troubled(what)));
    await view.#living.openBridge();
    return view;
  }

  get street(): Street {
    return this.#living.street;
  }

  /** The street stands for good. */
  async close(): Promise<void> {
    await this.#living.close();
  }

  /** The editor answers there. */
  nodeRedAt(url: string): void {
    this.#nodeRedUrl = url;
  }

  setSpeed(factor: number): void {
    this.#living.stride.speed = factor;
  }

  async step(ms: number): Promise<void> {
    this.#demandHere();
    const { stride, street } = this.#living;
    stride.speed = 0;
    if (!(await stride.travel((stride.destinationMs ?? street.loop.now) + ms)) && !stride.destinationMs)
      throw new RequestError(409, "the step was cut short: the street was sent elsewhere");
  }

  faultMenu(): ReadonlyMap<string, MenuFault> {
    return this.#living.faults.menu;
  }

  setFault(id: string, active: boolean, amount?: number): void {
    this.#demandHere();
    const preset = offersById(this.#living.scenario.offers).get(id)?.fault.by;
    this.#living.live({ type: "fault", id, active, amount: amount ?? preset });
  }

  scenarios(): readonly ScenarioState[] {
    return this.#shelf.list();
  }

  async open({ scenario: name, seed, startMs, momentMs }: StreetChoice): Promise<void> {
    const shelved = this.#shelf.find(name);
    if (!shelved) throw new RequestError(400, `there is no scenario "${name}" to live in`);
    await this.#layAnew(moved(shelved.scenario, startMs), seed, momentMs, []);
  }

  async replay(): Promise<void> {
    this.#demandHere();
    const { scenario, seed, street, recording } = this.#living;
    const toMs = recording.endMs ?? street.loop.now;
    await this.#layAnew(scenario, seed, toMs, recording.inputs);
  }

  cancel(): void {
    if (this.#journeyFromMs === undefined) throw new RequestError(409, "the street is not on its way");
    this.#living.stride.cancel();
  }

  recording(): string {
    const { scenario, seed, recording, faults, street } = this.#living;
    const shelved = this.#shelf.find(scenario.name);
    if (!shelved) throw new RequestError(404, `the file of the scenario "${scenario.name}" is not there`);
    return toScenarioFile({
      scenario,
      text: shelved.text,
      seed,
      inputs: recording.inputs,
      menu: faults.menu,
      nowMs: street.loop.now,
    });
  }

  detail(unit: string): UnitDetail | undefined {
    return this.#watches.get(unit)?.detail(this.street.loop.now);
  }

  history(unit: string, source: string, span: HistorySpan): HistoryState | undefined {
    return this.#watches.get(unit)?.history(source, span, this.street.loop.now);
  }

  state(): PageState {
    const { stride, scenario, faults, street } = this.#living;
    return toPageState({
      street,
      faults,
      offers: scenario.offers,
      declarations: this.#declarations,
      run: this.#run(),
      speed: stride.speed,
      ...(stride.reached === undefined ? {} : { speedReached: stride.reached }),
      ...(this.#nodeRedUrl ? { nodeRedUrl: this.#nodeRedUrl } : {}),
    });
  }

  #run(): RunState {
    const { scenario, seed, recording, stride } = this.#living;
    const { destinationMs: toMs } = stride;
    const fromMs = this.#journeyFromMs;
    return {
      number: this.#number,
      scenario: scenario.name,
      title: scenario.title,
      seed,
      startMs: scenario.startUnixMs,
      recorded: recording.inputs.length,
      isRecordingFull: recording.endMs !== undefined,
      ...(fromMs === undefined || toMs === undefined ? {} : { journey: { fromMs, toMs } }),
      ...(this.#trouble === undefined ? {} : { trouble: this.#trouble }),
    };
  }

  #demandHere(): void {
    if (this.#journeyFromMs !== undefined)
      throw new RequestError(409, "the street is on its way to another moment: wait, or cancel that");
  }

  #troubled(what: string): void {
    this.#trouble = what;
  }

  #show(living: Living): void {
    this.#living = living;
    this.#number += 1;
    this.#trouble = undefined;
    this.#watches = watchUnits(living.street);
    this.#declarations = declarationsIn(living.street);
    living.begin();
  }

  /** The former street goes on until the next one is there. */
  async #layAnew(
    scenario: Scenario,
    seed: number,
    toMs: number | undefined,
    inputs: readonly Input[],
  ): Promise<void> {
    if (this.#isLaying) throw new RequestError(409, "another street is being laid out: wait for it");
    this.#isLaying = true;
    try {
      const { speed } = this.#living.stride;
      const next = await this.#lay(scenario, seed, speed, (what) => this.#troubled(what));
      await this.#living.close();
      this.#journeyFromMs = toMs === undefined ? undefined : scenario.startUnixMs;
      this.#show(next);
      if (toMs === undefined) await next.openBridge();
      else void this.#journey(next, toMs, inputs);
    } finally {
      this.#isLaying = false;
    }
  }

  /** Who cancels wants to look around: the street stands there. */
  async #journey(living: Living, toMs: number, inputs: readonly Input[]): Promise<void> {
    const isThere = await living.stride.travel(
      toMs,
      inputs.map(({ atMs, deed }) => ({ atMs, run: () => living.live(deed) })),
    );
    if (this.#living !== living) return;
    this.#journeyFromMs = undefined;
    if (!isThere) living.stride.speed = 0;
    await living.openBridge();
  }
}
