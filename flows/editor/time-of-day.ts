/** Times of day as numbers, for the pictures of the form. */

export const day = 1_440;

/** The multiple of `step` that is nearest. */
export const snapped = (value: number, step: number): number => Math.round(value / step) * step;

export const within = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));

/** Minutes after midnight of `07:30`, up to 1440 of `24:00`; undefined for anything else. */
export function minutesOf(text: unknown): number | undefined {
  const [, hour, minute] = (typeof text === "string" && /^(\d\d):([0-5]\d)$/.exec(text)) || [];
  const minutes = Number(hour) * 60 + Number(minute);
  return minutes <= day ? minutes : undefined;
}

/** `07:30` for 450. */
export const timeText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
