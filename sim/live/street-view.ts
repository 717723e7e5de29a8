import { heavens } from "../page/heavens.ts";
import type { HistorySpan, HistoryState, UnitDetail } from "../page/unit-detail.ts";
import { toDeclarationState, toUnitState } from "../page/unit-state.ts";
import type { DeclarationState, FaultState, PageState, StreetView, UnitState } from "../page/view.ts";
import { begin, end, faultName, lasts, type OfferedFault } from "../scenario/faults.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import { type UnitWatch, watchUnits } from "./unit-watch.ts";

/** The running street as the page sees it, and what the page may do to it. */
export class LiveView implements StreetView {
  readonly #street: Street;
  readonly #faults: ReadonlyMap<string, OfferedFault>;
  readonly #active = new Set<string>();
  readonly #declarations: Readonly<Record<string, DeclarationState>>;
  readonly #watches: ReadonlyMap<string, UnitWatch>;
  #speed: number;
  #nodeRedUrl: string | undefined;

  constructor(street: Street, faults: readonly OfferedFault[], speed: number) {
    this.#street = street;
    this.#faults = new Map(faults.map((offered) => [faultName(offered.fault), offered]));
    this.#speed = speed;
    this.#watches = watchUnits(street);
    this.#declarations = Object.fromEntries(
      street.units.map((unit) => [nameOf(unit), toDeclarationState(unit.declaration)]),
    );
  }

  get speed(): number {
    return this.#speed;
  }

  /** The editor answers there. */
  nodeRedAt(url: string): void {
    this.#nodeRedUrl = url;
  }

  setSpeed(factor: number): void {
    this.#speed = factor;
  }

  setFault(id: string, active: boolean): void {
    const offered = this.#faults.get(id);
    if (!offered || active === this.#active.has(id)) return;
    if (active) {
      if (lasts(offered.fault, this.#street)) this.#active.add(id);
      this.#street.note(id);
      begin(offered.fault, this.#street);
    } else {
      this.#active.delete(id);
      end(offered.fault, this.#street);
    }
  }

  detail(unit: string): UnitDetail | undefined {
    return this.#watches.get(unit)?.detail(this.#street.loop.now);
  }

  history(unit: string, source: string, span: HistorySpan): HistoryState | undefined {
    return this.#watches.get(unit)?.history(source, span, this.#street.loop.now);
  }

  state(): PageState {
    const { world, loop, units } = this.#street;
    const { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour } = world.weather(loop.now);
    return {
      nowMs: loop.now,
      timeZone: world.location.timeZone,
      speed: this.#speed,
      sunElevationDeg: world.sunElevationDeg(loop.now),
      ...heavens(loop.now, world.location),
      daylightLux: world.daylightLux(loop.now),
      weather: { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour },
      lengthM: world.lengthM,
      people: world.people.peopleAt(loop.now),
      vehicles: Object.fromEntries(
        units.flatMap(({ site }) => site.vehicles?.() ?? []).map((vehicle) => [vehicle.id, vehicle]),
      ),
      broker: { connected: !this.#active.has("broker-away") },
      ...(this.#nodeRedUrl ? { nodeRedUrl: this.#nodeRedUrl } : {}),
      faults: Object.fromEntries(
        [...this.#faults].map(([id, offered]) => [id, this.#faultState(id, offered)]),
      ),
      declarations: this.#declarations,
      units: Object.fromEntries(units.map((unit) => [unit.id, unitState(unit)])),
    };
  }

  #faultState(id: string, { title, fault }: OfferedFault): FaultState {
    return {
      title,
      lasts: lasts(fault, this.#street),
      active: this.#active.has(id),
      ...(fault.unit ? { unit: fault.unit } : {}),
    };
  }
}

/** Of what a unit is: units of one kind and size share it. */
const nameOf = ({ declaration, config }: SimulatedUnit) =>
  config.size === undefined ? declaration.kind : `${declaration.kind} of ${config.size}`;

function unitState(unit: SimulatedUnit): UnitState {
  const { xM, model, config, declaration, snapshot, clockOriginMs } = unit;
  const lengthM = model.lengthM?.(config.size ?? 1);
  const stand = {
    declaration: nameOf(unit),
    xM,
    ...(lengthM === undefined ? {} : { lengthM }),
    truth: unit.site.truth(),
  };
  return toUnitState(declaration, stand, snapshot && { snapshot, clockOriginMs });
}
