import { heavens } from "../page/heavens.ts";
import { RequestError } from "../page/request.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "../page/unit-detail.ts";
import { toDeclarationState } from "../page/unit-state.ts";
import type {
  DeclarationState,
  FaultState,
  PageState,
  RunState,
  ScenarioState,
  StreetChoice,
  StreetView,
} from "../page/view.ts";
import { faultName, type OfferedFault } from "../scenario/faults.ts";
import type { MenuFault } from "../scenario/menu-fault.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Street } from "../street/street.ts";
import type { Living } from "./living.ts";
import type { Input } from "./recording.ts";
import { toScenarioFile } from "./scenario-file.ts";
import type { Shelf } from "./shelf.ts";
import { nameOf, unitState } from "./unit-in-view.ts";
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
    return this.#living.menu;
  }

  setFault(id: string, active: boolean, amount?: number): void {
    this.#demandHere();
    const preset = this.#offers.get(id)?.fault.by;
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
    const { scenario, seed, recording, menu, street } = this.#living;
    const shelved = this.#shelf.find(scenario.name);
    if (!shelved) throw new RequestError(404, `the file of the scenario "${scenario.name}" is not there`);
    return toScenarioFile({
      scenario,
      text: shelved.text,
      seed,
      inputs: recording.inputs,
      menu,
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
    const { stride } = this.#living;
    const { world, loop, units } = this.street;
    const { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour } = world.weather(loop.now);
    return {
      nowMs: loop.now,
      timeZone: world.location.timeZone,
      speed: stride.speed,
      ...(stride.reached === undefined ? {} : { speedReached: stride.reached }),
      run: this.#run(),
      sunElevationDeg: world.sunElevationDeg(loop.now),
      ...heavens(loop.now, world.location),
      daylightLux: world.daylightLux(loop.now),
      weather: { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour },
      lengthM: world.lengthM,
      people: world.people.peopleAt(loop.now),
      vehicles: Object.fromEntries(
        units.flatMap(({ site }) => site.vehicles?.() ?? []).map((vehicle) => [vehicle.id, vehicle]),
      ),
      broker: { connected: !this.#living.isActive("broker-away") },
      ...(this.#nodeRedUrl ? { nodeRedUrl: this.#nodeRedUrl } : {}),
      faults: Object.fromEntries(this.#faults()),
      declarations: this.#declarations,
      units: Object.fromEntries(units.map((unit) => [unit.id, unitState(unit)])),
    };
  }

  /** What the scenario offers, then whatever else lasts. */
  #faults(): [string, FaultState][] {
    const { menu } = this.#living;
    return [...new Set([...this.#offers.keys(), ...this.#living.active])].map((id) => {
      const { title, lasts, what } = menu.get(id)!;
      const { unit, role } = what;
      const named = this.#offers.get(id)?.title ?? (role ? `${title}: ${role}` : title);
      return [id, { title: named, lasts, active: this.#living.isActive(id), ...(unit ? { unit } : {}) }];
    });
  }

  get #offers(): ReadonlyMap<string, OfferedFault> {
    return new Map(this.#living.scenario.offers.map((offered) => [faultName(offered.fault), offered]));
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
    this.#declarations = Object.fromEntries(
      living.street.units.map((unit) => [nameOf(unit), toDeclarationState(unit.declaration)]),
    );
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

/** The same on another date. */
function moved(scenario: Scenario, startMs = scenario.startUnixMs): Scenario {
  const laterMs = startMs - scenario.startUnixMs;
  const later = <Timed extends { readonly atMs: number }>(timed: readonly Timed[]) =>
    timed.map((one) => ({ ...one, atMs: one.atMs + laterMs }));
  return {
    ...scenario,
    startUnixMs: startMs,
    faults: later(scenario.faults),
    commands: later(scenario.commands),
    deploys: later(scenario.deploys),
  };
}
