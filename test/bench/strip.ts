import { presses } from "#devices/estimators/footfall/presses.ts";
import { cornerChannels, tapChannel } from "#devices/estimators/footfall/tile.ts";
import type { Detection, Detector } from "#devices/stream.ts";
import type { Contact } from "#sim/kinds/floor/contact.ts";
import { FrontEnd } from "#sim/kinds/floor/front-end.ts";
import { Strip } from "#sim/kinds/floor/strip.ts";

/** A detection, and the tile that it is of, from 0 on. */
export interface TileDetection extends Detection {
  readonly tile: number;
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
      found.push(...detections.map((detection) => ({ ...detection, tile: index })));
    }
  }
  return found;
}
