import { changeWords, valueWords } from "#devices/furniture/setting-words.ts";
import type { Place } from "#devices/part.ts";
import { placeText } from "../docs/words.ts";
import type { BusState, SettingState, UnitDetail } from "../page/unit-detail.ts";
import type { SimulatedUnit } from "../street/simulated-unit.ts";
import type { LastRecords } from "./last-records.ts";
import type { TrafficRates } from "./traffic-rates.ts";

/** What the panel of a unit shows beside its state. */
export function toUnitDetail(
  unit: SimulatedUnit,
  rates: TrafficRates,
  records: LastRecords,
  nowMs: number,
): UnitDetail {
  const parts = Object.entries(unit.config.parts);
  const rolesOn = (bus: string) =>
    parts.flatMap(([role, { place }]) => (wiresOf(place) === bus ? [role] : []));
  return {
    unit: unit.id,
    parts: Object.fromEntries(
      parts.map(([role, { part, place }]) => [
        role,
        { title: `${part.maker} ${part.id}, ${part.title}`, place: placeText(place) },
      ]),
    ),
    buses: rates.at(nowMs).map((bus): BusState => ({ ...bus, roles: rolesOn(bus.name) })),
    settings: settingsOf(unit),
    records: records.newest,
  };
}

/** The name of the wires that lead to a place; of a GPIO line nothing is counted. */
function wiresOf(place: Place): string | undefined {
  if (place.kind === "i2c") return `i2c-${place.bus}`;
  return place.kind === "serial" ? place.path : undefined;
}

/** As they are in force, beside what this unit left the factory with: the kind's, and what its file changes. */
function settingsOf({ declaration, config, snapshot }: SimulatedUnit): SettingState[] {
  const inForce = snapshot?.settings?.inForce.settings ?? {};
  return Object.entries(declaration.settings).flatMap(([name, setting]) => {
    if (!Object.hasOwn(inForce, name)) return [];
    const value = inForce[name];
    const { title } = setting;
    return {
      name,
      title,
      value: valueWords(setting, value),
      changes: changeWords(setting, config.settings[name], value),
    };
  });
}
