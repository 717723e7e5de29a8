import type { Context } from "#devices/estimators/estimator.ts";
import { footfall } from "#devices/estimators/footfall/footfall.ts";
import { presses } from "#devices/estimators/footfall/presses.ts";
import { cornerChannels, tapChannel } from "#devices/estimators/footfall/tile.ts";
import { truth } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import type { Detection, Detector } from "#devices/stream.ts";
import type { Contact } from "#sim/kinds/floor/contact.ts";
import { FrontEnd } from "#sim/kinds/floor/front-end.ts";
import { Strip } from "#sim/kinds/floor/strip.ts";

/** A detection, and the tile that it is of, from 0 on. */
export interface TileDetection extends Detection {
  readonly tile: number;
  readonly toldAtMs: number;
}

const slotMs = 4;
const slotsPerBlock = 5;
const conversionMs = 1.3;
const voltsPerCount = 4.096 / 0x8000;
const read = (volts: number) => Math.round(volts / voltsPerCount) * voltsPerCount;

/**
 * A strip of tiles on the table, its detectors straight behind the converters: what they tell of the contacts.
 * @param pauseMs at rest before the first contact is awaited
 */
export function detected(
  contacts: readonly Contact[],
  {
    tiles = 8,
    seed = 1,
    fromMs = 0,
    toMs,
    temperatureC = 20,
    detector = presses() as Detector<unknown>,
  }: {
    readonly tiles?: number;
    readonly seed?: number;
    readonly fromMs?: number;
    readonly toMs: number;
    readonly temperatureC?: number;
    readonly detector?: Detector<unknown>;
  },
): TileDetection[] {
  const conditions = Array.from({ length: tiles }, () => ({ stiffness: 1, generator: 1, isStuck: false }));
  const strip = new Strip({ fromM: 0, rightM: 0, tiles }, conditions, fromMs);
  strip.add(contacts);
  const ends = conditions.map(
    (_, index) => new FrontEnd(strip, index, () => temperatureC, seed, `tile ${index}`).sources,
  );
  const states = conditions.map(() => detector.initial());
  const channels = [tapChannel, ...cornerChannels];
  const blocks = conditions.map(() => ({
    slots: slotsPerBlock,
    atMs: new Float64Array(slotsPerBlock),
    values: Object.fromEntries(channels.map((name) => [name, new Float64Array(slotsPerBlock)])),
  }));
  const found: TileDetection[] = [];
  let turn = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += slotMs) {
    const slot = turn % slotsPerBlock;
    const corner = cornerChannels[turn % cornerChannels.length]!;
    for (const [index, { values, atMs: times }] of blocks.entries()) {
      times[slot] = atMs;
      for (const name of cornerChannels) values[name]![slot] = Number.NaN;
      values[tapChannel]![slot] = read(ends[index]![tapChannel]!(atMs + conversionMs));
    }
    for (const [index, { values }] of blocks.entries())
      values[corner]![slot] = read(ends[index]![corner]!(atMs + 2 * conversionMs));
    turn++;
    if (turn % slotsPerBlock > 0) continue;
    for (const [index, block] of blocks.entries()) {
      const { state, detections } = detector.detect(states[index], block);
      states[index] = state;
      found.push(...detections.map((detection) => ({ ...detection, tile: index, toldAtMs: atMs })));
    }
  }
  return found;
}

export interface Counts {
  readonly steps: number;
  readonly forward: number;
  readonly backward: number;
  /** By output, as last told. */
  readonly said: Readonly<Record<string, number>>;
  /** When each step was sure, and on which tile, from 0 on. */
  readonly log: readonly { readonly atMs: number; readonly tile: number }[];
  /** When each passage was, and which way. */
  readonly passages: readonly { readonly atMs: number; readonly direction: 1 | -1 }[];
}

/** What the estimator of the strip makes of what its tiles told, until `toMs`. */
export function counted(detections: readonly TileDetection[], toMs: number, tiles = 8): Counts {
  const roles = Array.from({ length: tiles }, (_, index) => `tile${index + 1}`);
  const estimator = footfall({ tiles: roles, stuck: "surface.stuck" });
  let state = estimator.initial(undefined);
  let wakeAtMs: number | undefined = 0;
  const said: Record<string, number> = {};
  const log: { atMs: number; tile: number }[] = [];
  const passages: { atMs: number; direction: 1 | -1 }[] = [];
  const step = (sample: Sample | undefined, nowMs: number) => {
    const context = { nowMs, settings: {} } as unknown as Context;
    const next = estimator.step(state, sample, context);
    state = next.state;
    wakeAtMs = next.wakeAtMs;
    for (const { output, value } of next.estimates) {
      const more = value - (said[output] ?? 0);
      const tile = /^steps(\d+)$/.exec(output)?.[1];
      for (let one = 0; one < more; one++)
        if (tile !== undefined) log.push({ atMs: nowMs, tile: Number(tile) - 1 });
        else if (output === "forward" || output === "backward")
          passages.push({ atMs: nowMs, direction: output === "forward" ? 1 : -1 });
      said[output] = value;
    }
  };
  const wakeUntil = (nowMs: number) => {
    while (wakeAtMs !== undefined && wakeAtMs <= nowMs) step(undefined, Math.max(wakeAtMs, 0.001));
  };
  for (const { tile, output, value, quality, atMs, toldAtMs } of detections) {
    wakeUntil(toldAtMs);
    const source = `${roles[tile]!}.${output}`;
    if (!estimator.inputs.includes(source)) continue;
    const sample = {
      source,
      value,
      quality,
      atMs,
      quantity: truth,
      wallMs: undefined,
      clock: "none",
      boot: 1,
    } as const;
    step(sample, toldAtMs);
  }
  wakeUntil(toMs);
  const { steps = 0, forward = 0, backward = 0 } = said;
  return { steps, forward, backward, said, log, passages };
}
