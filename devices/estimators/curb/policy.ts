import { type Weekday, type WeekWindow, weekdays, windowAt } from "../week-windows.ts";
import { type Activity, activities } from "./activity.ts";

/** One rule of the kerb and when it applies: a Policy with one Rule and one Time Span of CDS 1.0.1. */
export interface Policy extends WeekWindow {
  /** The lower, the more it takes precedence: the row in the table, from 1 on. */
  readonly priority: number;
  /** Numbers of the spaces; undefined means all. */
  readonly spaces: readonly number[] | undefined;
  readonly activity: Activity;
  /** A vehicle must belong to all of them; empty means everybody. */
  readonly userClasses: readonly string[];
  /** `max_stay`; undefined means indefinitely. */
  readonly maxStayMinutes: number | undefined;
  /** In the smallest unit of the currency, per hour. */
  readonly ratePerHour: number;
}

const read = new WeakMap<object, readonly Policy[]>();

/**
 * The policies of a unit's settings, by priority: the rows of `policy`. A table with a row that makes no sense is not
 * used at all: half a policy could let somebody park where nobody may.
 */
export function policiesOf(settings: Readonly<Record<string, unknown>>): readonly Policy[] {
  const known = read.get(settings);
  if (known) return known;
  const rows = Array.isArray(settings.policy) ? settings.policy.map(readRow) : [];
  const policies = rows.every((row) => row !== undefined) ? rows : [];
  read.set(settings, policies);
  return policies;
}

function readRow(row: unknown, index: number): Policy | undefined {
  if (row === null || typeof row !== "object") return undefined;
  const { days, from, to, spaces, activity, userClasses, maxStay, rate } = row as Record<string, unknown>;
  const isUsable =
    Array.isArray(days) &&
    days.length > 0 &&
    days.every((day) => weekdays.some((one) => one === day)) &&
    isTimeOfDay(from) &&
    isTimeOfDay(to) &&
    activities.some((one) => one === activity) &&
    typeof spaces === "string" &&
    typeof userClasses === "string" &&
    typeof maxStay === "number" &&
    typeof rate === "number";
  if (!isUsable) return undefined;
  return {
    priority: index + 1,
    days: days as Weekday[],
    from,
    to,
    spaces: spaceNumbers(spaces),
    activity: activity as Activity,
    userClasses: userClasses.split(/[ ,]+/).filter((name) => name !== ""),
    maxStayMinutes: maxStay > 0 ? maxStay : undefined,
    ratePerHour: rate,
  };
}

const isTimeOfDay = (text: unknown): text is string =>
  typeof text === "string" && /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/.test(text);

/** `all`, or numbers and ranges such as `1,4-6`. */
function spaceNumbers(text: string): readonly number[] | undefined {
  if (text === "all") return undefined;
  return text.split(",").flatMap((piece) => {
    const [first = 0, last = first] = piece.split("-").map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  });
}

/** The policies that concern a space. */
const policiesFor = (policies: readonly Policy[], space: number) =>
  policies.filter(({ spaces }) => spaces?.includes(space) ?? true);

/** The policy that holds for a space: of those that apply, the one that takes precedence. */
export const policyAt = (policies: readonly Policy[], space: number, timeZone: string, wallMs: number) =>
  windowAt(policiesFor(policies, space), timeZone, wallMs);
