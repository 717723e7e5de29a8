import type { Context } from "../estimator.ts";
import { localDay, localInstant } from "../local-time.ts";
import { nextChangeMs, type Weekday, type WeekWindow, weekdays, windowAt } from "../week-windows.ts";

/** When a card of the list is needed: never, beyond the free quota, or always. */
export const cardChoices = ["never", "paid", "always"] as const;
export type CardChoice = (typeof cardChoices)[number];

export interface TariffWindow extends WeekWindow {
  /** Per kWh, in the unit's currency. */
  readonly price: number;
}

/** The settings of charging as they concern one port. Energies in Wh. */
export interface PortRules {
  /** When it is open; always where there is none. */
  readonly hours: readonly WeekWindow[];
  /** What is free in a session, and in a day; infinite where nothing bounds it. */
  readonly sessionFreeWh: number;
  readonly dayFreeWh: number;
  readonly tariff: readonly TariffWindow[];
  readonly currency: string;
  readonly cardNeeded: CardChoice;
  /** How long a port that used its quota rests. */
  readonly restMs: number;
}

const read = new WeakMap<object, Map<string, PortRules>>();

/** Settings are read once for as long as they are in force: the same object in gives the same object out. */
export function portRules(settings: Context["settings"], port: string): PortRules {
  const byPort = read.get(settings) ?? new Map<string, PortRules>();
  read.set(settings, byPort);
  const rules = byPort.get(port) ?? readRules(settings, port);
  byPort.set(port, rules);
  return rules;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Settings: `hours` (days, from, to, port), `quotas` (port, session, day), `tariff` (days, from, to, price),
 * `currency`, `cardNeeded`, `quotaRest` (s). A row for `all` holds for every port.
 */
function readRules(settings: Context["settings"], port: string): PortRules {
  const ours = (row: Row) => row.port === port || row.port === "all";
  const quotas = rowsOf(settings.quotas).filter(ours);
  const least = (column: string) =>
    Math.min(Number.POSITIVE_INFINITY, ...quotas.map((row) => numberOr(row[column], 0)));
  const { cardNeeded } = settings;
  return {
    hours: rowsOf(settings.hours).filter(ours).filter(isWindow),
    sessionFreeWh: least("session"),
    dayFreeWh: least("day"),
    tariff: rowsOf(settings.tariff)
      .filter(isWindow)
      .map((row) => ({ ...row, price: numberOr((row as Row).price, 0) })),
    currency: currencyOf(settings),
    // What cannot be read asks for a card.
    cardNeeded:
      cardNeeded === undefined ? "never" : (cardChoices.find((one) => one === cardNeeded) ?? "always"),
    restMs: numberOr(settings.quotaRest, 600) * 1_000,
  };
}

export const currencyOf = ({ currency }: Context["settings"]): string =>
  typeof currency === "string" ? currency : "EUR";

const rowsOf = (value: unknown): readonly Row[] => (Array.isArray(value) ? value : []);

const numberOr = (value: unknown, otherwise: number) =>
  typeof value === "number" && value >= 0 ? value : otherwise;

const isWindow = (row: Row): row is Row & WeekWindow =>
  Array.isArray(row.days) &&
  row.days.every((day) => weekdays.includes(day as Weekday)) &&
  [row.from, row.to].every((time) => typeof time === "string" && /^\d\d:\d\d$/.test(time));

/** The rules as of a moment, and until when they stay so. */
export interface RulesNow {
  readonly rules: PortRules;
  readonly timeZone: string;
  /** Undefined while the time is not known and it matters. */
  readonly isOpen: boolean | undefined;
  /** Undefined where no tariff applies. */
  readonly price: number | undefined;
  /** Local date, days since 1970. */
  readonly day: number | undefined;
  readonly fromWallMs: number;
  readonly untilWallMs: number;
}

/** Before anything is known. */
export const unknownRules: RulesNow = {
  rules: readRules({}, ""),
  timeZone: "",
  isOpen: undefined,
  price: undefined,
  day: undefined,
  fromWallMs: Number.NaN,
  untilWallMs: Number.NaN,
};

/** @param before what was in force: the same object comes back while it still is */
export function rulesAt(before: RulesNow, port: string, context: Context): RulesNow {
  const { settings, timeZone, wallMs } = context;
  const rules = portRules(settings, port);
  const isSame =
    before.rules === rules &&
    before.timeZone === timeZone &&
    (wallMs === undefined
      ? before.day === undefined
      : before.fromWallMs <= wallMs && wallMs < before.untilWallMs);
  if (isSame) return before;
  const { hours, tariff } = rules;
  if (wallMs === undefined) {
    const isOpen = hours.length === 0 ? true : undefined;
    return { ...unknownRules, rules, timeZone, isOpen };
  }
  const day = localDay(timeZone, wallMs);
  const edges = [localInstant(timeZone, day + 1, 0), nextChangeMs([...hours, ...tariff], timeZone, wallMs)];
  return {
    rules,
    timeZone,
    isOpen: hours.length === 0 || windowAt(hours, timeZone, wallMs) !== undefined,
    price: windowAt(tariff, timeZone, wallMs)?.price,
    day,
    fromWallMs: wallMs,
    untilWallMs: Math.min(...edges.filter((edge) => edge !== undefined)),
  };
}
