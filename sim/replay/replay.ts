import { type Bundled, errors } from "#firmware/bundled.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { FlightRecord } from "#firmware/recorder/file.ts";
import { offsetIn } from "#firmware/recorder/knowledge.ts";
import { outcomeOf } from "#firmware/recorder/outcome.ts";
import { isNotedTopic, publishedText } from "#firmware/recorder/ports/link.ts";
import { Unit } from "#firmware/unit/unit.ts";
import { EventLoop } from "../loop.ts";
import { libraries } from "../street/in-process.ts";
import { compareOutcomes, type Outcome } from "./compare.ts";
import { type Deviation, Deviations } from "./deviation.ts";
import { ReplayedWires } from "./replayed-wires.ts";
import { resumptionOf } from "./resumption.ts";
import { unitOf } from "./unit-of-record.ts";

export interface ReplayOptions {
  /** How far apart in time two things may be and still be the same, ms: a board's timers are late by some. */
  readonly toleranceMs?: number;
  /** After a gap in the record, how long the unit gets to find itself again before it is judged, ms. */
  readonly settleMs?: number;
  /** What plays the record: this very code when not given. */
  readonly bundled?: Bundled;
  /** Of this code. */
  readonly version: string;
}

export interface ReplayReport {
  readonly kind: string;
  readonly unit: string;
  readonly why: string;
  /** Of the firmware that made the record, and of that which played it. */
  readonly recordedVersion: string;
  readonly playedVersion: string;
  readonly untilMs: number;
  /** From when on it was judged: 0 where the record is of the whole life. */
  readonly judgedFromMs: number;
  readonly lostEvents: number;
  /** What passed, and what the unit did, in the time that was judged. */
  readonly events: number;
  readonly outcomes: number;
  readonly deviations: number;
  /** In order of time; no more than a thousand of each sort. */
  readonly told: readonly Deviation[];
  /** Unix time less monotonic time at the end of the record, ms. */
  readonly wallOffsetMs: number | undefined;
}

const defaults = { toleranceMs: 1_000, settleMs: 10 * 60_000 };

/** Lives the recorded life again, in virtual time. Rejects with RecordError when it is of a unit that is not known. */
export async function replay(record: FlightRecord, options: ReplayOptions): Promise<ReplayReport> {
  const { toleranceMs, settleMs, bundled } = { ...defaults, ...options };
  const version = bundled?.version ?? options.version;
  const { declaration, config } = unitOf(record, bundled && [bundled.declaration]);
  const { header, head, tail } = record;
  const resumed = tail && resumptionOf(tail);
  const loop = new EventLoop(originOf(record));
  const surroundings = new Deviations();
  const replayed: Outcome[] = [];
  const isNoted = isNotedTopic(config);
  const wires = new ReplayedWires(record, loop, {
    ...{ toleranceMs, deviations: surroundings, errors: bundled?.errors ?? errors },
    onPublished: (topic, payload, atMs) => {
      if (isNoted(topic)) replayed.push({ subject: topic, atMs, what: publishedText(payload) });
    },
  });
  const { clock } = wires;
  clock.leap(header.startMs);
  await wires.keep(resumed ? { ...resumed.documents, boot: header.documents.boot } : header.documents);
  // What the city said, and what was counted, before a gap the unit has kept by its end.
  if (resumed) wires.schedule(0, resumed.atMs, ({ kind }) => kind !== "message" && kind !== "detections");
  else wires.schedule(0, Number.POSITIVE_INFINITY);
  const journal = (event: UnitEvent) => {
    const outcome = outcomeOf(event);
    if (outcome)
      replayed.push({ subject: outcome.subject, atMs: clock.now(), what: JSON.stringify(outcome.what) });
  };
  const unitOptions = { version, journal, newEpoch: () => header.epoch };
  const started = bundled
    ? bundled.start(config, wires.wires, unitOptions)
    : Unit.start(declaration, config, { ...wires.wires, ...libraries(wires.wires) }, unitOptions);
  if (resumed) {
    await untilStarted(loop, started, (head.at(-1)?.atMs ?? 0) - clock.now());
    wires.resume(resumed);
  }
  await loop.runUntil(loop.now + header.untilMs - clock.now());
  await started;
  wires.finish(header.untilMs);
  const judgedFromMs = tail ? tail.startMs + Math.min(settleMs, (header.untilMs - tail.startMs) / 2) : 0;
  return reportOf(record, { judgedFromMs, toleranceMs, version }, surroundings, replayed);
}

/** The head of a record is lived until each part was tried, or is over: what it counted then is kept already. */
async function untilStarted(loop: EventLoop, started: Promise<Unit>, mostMs: number): Promise<void> {
  let isStarted = false;
  void started.then(() => {
    isStarted = true;
  });
  for (const endMs = loop.now + mostMs; !isStarted && loop.now < endMs; )
    await loop.runUntil(Math.min(loop.now + 100, endMs));
}

function reportOf(
  { header, head, tail }: FlightRecord,
  {
    judgedFromMs,
    toleranceMs,
    version,
  }: { readonly judgedFromMs: number; readonly toleranceMs: number; readonly version: string },
  surroundings: Deviations,
  replayed: readonly Outcome[],
): ReplayReport {
  const events = [...head, ...(tail?.events ?? [])];
  const outcomes = new Deviations();
  const recorded = events.filter(isOutcome).map(outcomeIn);
  const bounds = { toleranceMs, fromMs: judgedFromMs, untilMs: header.untilMs };
  compareOutcomes(recorded, replayed, bounds, outcomes);
  const judged = surroundings.told.filter(
    ({ atMs }) => atMs >= judgedFromMs && atMs <= header.untilMs - toleranceMs,
  );
  const wall = events.findLast(({ kind }) => kind === "wall");
  return {
    ...{ kind: header.kind, unit: `${header.site}/${header.unit}`, why: header.why },
    ...{ recordedVersion: header.version, playedVersion: version, untilMs: header.untilMs, judgedFromMs },
    lostEvents: header.lostEvents,
    events: events.filter(({ atMs }) => atMs >= judgedFromMs).length,
    outcomes: recorded.filter(({ atMs }) => atMs >= judgedFromMs).length,
    deviations: judged.length + outcomes.count,
    told: [...judged, ...outcomes.told].sort((one, other) => one.atMs - other.atMs),
    wallOffsetMs: wall ? offsetIn(wall.payload) : tail?.known.wallOffsetMs,
  };
}

const isOutcome = ({ kind }: FlightEvent) => kind === "outcome" || kind === "published";

const outcomeIn = ({ subject, atMs, payload }: FlightEvent): Outcome => ({
  ...{ subject, atMs, what: new TextDecoder().decode(payload) },
});

/** Unix time at which the unit's monotonic clock was at 0: to the last bit, as times are computed from it. */
function originOf({ head, tail }: FlightRecord): number {
  const walls = [...head, ...(tail?.events ?? [])].filter(({ kind }) => kind === "wall");
  const wall = walls.find(({ subject }) => subject === "network") ?? walls[0];
  return wall ? offsetIn(wall.payload) : (tail?.known.wallOffsetMs ?? 0);
}
