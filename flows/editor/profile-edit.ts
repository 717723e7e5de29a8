/** What a hand does to a dimming profile in its picture: pure. */
import { minuteOf, type Point, sun } from "./night.ts";
import { day, snapped, timeText, within } from "./time-of-day.ts";

/** Minutes and percent that a drag keeps to; keys are finer, and with Shift coarser. */
export const grain = {
  drag: { minutes: 5, percent: 5 },
  key: { minutes: 5, percent: 1 },
  bigKey: { minutes: 60, percent: 10 },
} as const;

const noon = 720;
const anchorOf = (from: string) => /^(sunset|sunrise)/.exec(from)?.[0] as keyof typeof sun | undefined;

/**
 * A time as its point was written: by the clock, or as an offset to the same event of the sun.
 * @param minute after noon
 */
export function fromAt(minute: number, written: string): string {
  const anchor = anchorOf(written);
  if (!anchor) return timeText((minute + noon) % day);
  const offset = ((minute - sun[anchor] + noon + day) % day) - noon;
  if (offset === 0) return anchor;
  return `${anchor}${offset < 0 ? "-" : "+"}${timeText(Math.abs(offset))}`;
}

/** A point dragged this far, to the grain of a drag; one that is relative to the sun stays relative. */
export function dragged(point: Point, minutes: number, percent: number): Point {
  const { from, level } = point;
  const minute = minuteOf(from);
  if (minute === undefined) return point;
  const isMoved = Math.abs(minutes) >= grain.drag.minutes / 2;
  const isRaised = Math.abs(percent) >= grain.drag.percent / 2;
  return {
    from: isMoved ? fromAt(dragMinute(minute + minutes), from) : from,
    level: isRaised ? dragLevel(level + percent) : level,
  };
}

/** A new point by the clock, at a place of the picture. */
export const pointAt = (minute: number, level: number): Point => ({
  from: fromAt(dragMinute(minute), ""),
  level: dragLevel(level),
});

const dragMinute = (minute: number) =>
  within(snapped(minute, grain.drag.minutes), 0, day - grain.drag.minutes);
const dragLevel = (level: number) => within(snapped(level, grain.drag.percent), 0, 100);

/** A point moved by keys. A point whose time is not written out yet stays as it is. */
export function nudged(point: Point, minutes: number, percent: number): Point {
  const minute = minuteOf(point.from);
  if (minute === undefined) return point;
  const moved = within(minute + minutes, 0, day - 1);
  return {
    from: minutes === 0 ? point.from : fromAt(moved, point.from),
    level: percent === 0 ? point.level : within(point.level + percent, 0, 100),
  };
}

/** A new point between one and the one that follows it in time, at the same level. */
export function pointAfter(points: readonly Point[], index: number): Point {
  const { from, level } = points[index]!;
  const minute = minuteOf(from) ?? noon;
  const later = points.flatMap((point) => {
    const other = minuteOf(point.from);
    return other !== undefined && other > minute ? [other] : [];
  });
  const end = Math.min(day, ...later);
  const { minutes } = grain.key;
  const middle = within(snapped((minute + end) / 2, minutes), 0, day - minutes);
  return { from: fromAt(middle, ""), level };
}
