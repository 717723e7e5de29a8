import type { Stretch } from "#firmware/recorder/file.ts";
import { afterEvent, type Knowledge } from "#firmware/recorder/knowledge.ts";

/** Where a replay goes on after a gap, and what is known there. */
export interface Resumption extends Knowledge {
  readonly atMs: number;
}

/**
 * The first moment after a gap at which the unit kept what it had counted: what it counts from there on is as it was. The
 * beginning of the stretch, where it kept nothing.
 */
export function resumptionOf({ startMs, known, events }: Stretch): Resumption {
  const kept = events.findIndex(({ kind, subject }) => kind === "document" && subject === "estimates");
  return {
    ...events.slice(0, kept + 1).reduce(afterEvent, known),
    atMs: events[kept]?.atMs ?? startMs,
  };
}
