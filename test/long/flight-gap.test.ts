import { expect, it } from "vitest";
import { replay } from "#sim/replay/replay.ts";
import { recordedStreet } from "../recorder/recorded-street.ts";

const minutes = 60_000;
const version = "test";

it(
  "goes on after a gap with what the unit had kept, and judges what is settled",
  async () => {
    const { live, record, flight } = await recordedStreet("floor", { size: 4, memory: 0.125 });
    await live(70 * minutes);
    expect(flight.size.lostEvents).toBeGreaterThan(1_000);
    expect(flight.size.bytes).toBeLessThanOrEqual(0.125 * 2 ** 20);
    const found = await replay(await record(), { version });
    expect(found.judgedFromMs).toBeGreaterThan(10 * minutes);
    // Means and peaks over a time of which a part is lost are others; what is counted, and what is done, is not.
    const isMean = (place: string) => /^record measurement (?!steps|forward|backward)/.test(place);
    expect(found.told.filter(({ place }) => !isMean(place))).toEqual([]);
    expect(found.outcomes).toBeGreaterThan(10);
  },
  10 * minutes,
);
