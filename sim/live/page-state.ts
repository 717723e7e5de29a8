import { heavens } from "../page/heavens.ts";
import { toDeclarationState } from "../page/unit-state.ts";
import type { DeclarationState, FaultState, PageState } from "../page/view.ts";
import { faultName, type OfferedFault } from "../scenario/verb.ts";
import type { Street } from "../street/street.ts";
import type { FaultsUnderWay } from "./faults-under-way.ts";
import { nameOf, unitState } from "./unit-in-view.ts";

/** A street that one looks at, and how its time goes. */
export interface InView extends Pick<PageState, "speed" | "speedReached" | "run" | "nodeRedUrl"> {
  readonly street: Street;
  readonly faults: FaultsUnderWay;
  /** Those that the scenario offers as switches. */
  readonly offers: readonly OfferedFault[];
  readonly declarations: PageState["declarations"];
}

/** What the page needs to know of the units of a street; it never changes. */
export const declarationsIn = (street: Street): Readonly<Record<string, DeclarationState>> =>
  Object.fromEntries(street.units.map((unit) => [nameOf(unit), toDeclarationState(unit.declaration)]));

/** A street as the page sees it at this moment. */
export function toPageState({ street, faults, offers, ...told }: InView): PageState {
  const { world, loop, units } = street;
  const { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour } = world.weather(loop.now);
  return {
    ...told,
    nowMs: loop.now,
    timeZone: world.location.timeZone,
    sunElevationDeg: world.sunElevationDeg(loop.now),
    ...heavens(loop.now, world.location),
    daylightLux: world.daylightLux(loop.now),
    weather: { temperatureC, cloudCover, windSpeedMps, precipitationMmPerHour },
    lengthM: world.lengthM,
    people: world.people.peopleAt(loop.now),
    vehicles: Object.fromEntries(
      units.flatMap(({ site }) => site.vehicles?.() ?? []).map((vehicle) => [vehicle.id, vehicle]),
    ),
    broker: { connected: !faults.isActive("broker-away") },
    faults: Object.fromEntries(faultStates(faults, offers)),
    units: Object.fromEntries(units.map((unit) => [unit.id, unitState(unit)])),
  };
}

/** By id of the fault menu. */
export const offersById = (offers: readonly OfferedFault[]): ReadonlyMap<string, OfferedFault> =>
  new Map(offers.map((offered) => [faultName(offered.fault), offered]));

/** What the scenario offers, then whatever else lasts. */
function faultStates(faults: FaultsUnderWay, offers: readonly OfferedFault[]): [string, FaultState][] {
  const offered = offersById(offers);
  return [...new Set([...offered.keys(), ...faults.active])].map((id) => {
    const { title, lasts, what } = faults.menu.get(id)!;
    const { unit, role } = what;
    const named = offered.get(id)?.title ?? (role ? `${title}: ${role}` : title);
    return [id, { title: named, lasts, active: faults.isActive(id), ...(unit ? { unit } : {}) }];
  });
}
