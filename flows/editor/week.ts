/** Time windows of a week, and what a hand does to them in their picture: pure. */
import { type Weekday, type WeekWindow, weekdays } from "../../devices/estimators/week-windows.ts";
import { day, minutesOf, snapped, timeText, within } from "./time-of-day.ts";

/** Minutes that a drag keeps to; keys are finer, and with Shift coarser. */
export const grain = { drag: 15, key: 5, bigKey: 60, new: 120 } as const;

/** Begin after midnight and length, in minutes; undefined while a time is not written out. */
export function spanOf({ from, to }: Pick<WeekWindow, "from" | "to">): Span | undefined {
  const begin = minutesOf(from);
  const end = minutesOf(to);
  if (begin === undefined || begin === day || end === undefined) return undefined;
  return { begin, length: end > begin ? end - begin : end - begin + day };
}

export interface Span {
  readonly begin: number;
  readonly length: number;
}

function written(window: WeekWindow, begin: number, length: number): WeekWindow {
  const end = begin + length;
  return { ...window, from: timeText(begin), to: timeText(end > day ? end - day : end) };
}

/** Which part of a window a hand has. */
export type Hold = "whole" | "from" | "to";

/** A window of which a part was moved by so many minutes, to a multiple of `step`; by less than half of one, not. */
export function shifted(window: WeekWindow, hold: Hold, minutes: number, step: number): WeekWindow {
  const span = spanOf(window);
  if (!span || Math.abs(minutes) < step / 2) return window;
  const { begin, length } = span;
  const end = begin + length;
  switch (hold) {
    case "whole":
      return written(window, within(snapped(begin + minutes, step), 0, day - step), length);
    case "from": {
      const least = Math.max(0, end - day);
      const most = Math.max(least, Math.min(end, day) - step);
      const moved = within(snapped(begin + minutes, step), least, most);
      return written(window, moved, end - moved);
    }
    case "to": {
      const moved = within(snapped(end + minutes, step), begin + step, begin + day);
      return written(window, begin, moved - begin);
    }
  }
}

/** Days with one put in the place of another; as they are when it is among them already. */
export function dayMoved(days: readonly Weekday[], from: Weekday, to: Weekday): readonly Weekday[] {
  if (days.includes(to)) return days;
  return weekdays.filter((one) => one === to || (one !== from && days.includes(one)));
}

/** All days moved on by so many, around the week. */
export function daysShifted(days: readonly Weekday[], by: number): readonly Weekday[] {
  const shifted = days.map((one) => weekdays[(weekdays.indexOf(one) + by + 7) % 7]!);
  return weekdays.filter((one) => shifted.includes(one));
}

/** The window of a click on an empty place: it begins there, on the hour or half past. */
export function windowAt(weekday: Weekday, minute: number): WeekWindow {
  const begin = within(Math.floor(minute / 30) * 30, 0, day - 30);
  return written({ days: [weekday], from: "", to: "" }, begin, Math.min(grain.new, day - begin));
}
