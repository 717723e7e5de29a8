import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Samples } from "#firmware/edge/samples.ts";
import { Actuators } from "#firmware/unit/actuators.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import type { View } from "../control.ts";
import { floor } from "../furniture/floor.ts";
import { type Actuator, factorySettings, sourcesOf } from "../furniture/vocabulary.ts";
import type { Quality } from "../sample.ts";
import { edgeLightPermit } from "./edge-light.ts";

interface Change {
  readonly atMs: number;
  readonly level: number;
}

/** Something that happens to the strip after a while. */
interface Event {
  readonly afterMs: number;
  readonly what:
    | { readonly source: string; readonly value: number; readonly quality: Quality }
    | { readonly setting: string; readonly to: number }
    | "part fails"
    | "part hangs"
    | "part is back"
    | "decide";
}

/** The light of a strip through events, as its part was told: the declaration's own actuator, run as a unit does. */
async function lightThrough(
  events: readonly Event[],
  edge: Actuator = floor.actuators.edge!,
): Promise<Change[]> {
  const loop = new EventLoop(0);
  const clock = new VirtualClock(loop);
  const samples = new Samples(clock, 1, sourcesOf(floor));
  const settings = factorySettings(floor);
  const view = {
    ...{ device: "pier/floor-1", latitude: 45, longitude: 7, timeZone: "Europe/Rome", commands: [] },
    ...{ wallMs: undefined, clock: "none", settings },
    get nowMs() {
      return clock.now();
    },
    latest: (source: string) => samples.latest(source),
  } as unknown as View;
  const changes: Change[] = [];
  let part: "works" | "fails" | "hangs" = "works";
  const apply = async (_role: string, { red1 }: Readonly<Record<string, number>>) => {
    if (part === "fails") throw new Error("no answer");
    if (part === "hangs") await new Promise<void>((resolve) => clock.after(300 as never, resolve));
    if (changes.at(-1)?.level !== red1) changes.push({ atMs: clock.now(), level: red1! });
  };
  const actuators = new Actuators({ edge }, samples, clock, view, {
    apply,
    onMoved: () => {},
    onSettled: () => {},
    onTrouble: () => {},
  });
  actuators.ready("edge");
  actuators.decideAll();
  let atMs = 0;
  for (const { afterMs, what } of events) {
    atMs += afterMs;
    loop.at(atMs, () => {
      if (what === "part fails") part = "fails";
      else if (what === "part hangs") part = "hangs";
      else if (what === "decide") actuators.decideAll();
      else if (what === "part is back") {
        part = "works";
        actuators.ready("edge");
      } else if ("setting" in what) settings[what.setting] = what.to;
      else samples.put(what.source, what.value, what.quality);
    });
  }
  await loop.runUntil(atMs + 5_000);
  const stopping = actuators.stop();
  await loop.runUntil(loop.now + 1_000);
  await stopping;
  return changes;
}

/** Pairs of opposing changes of a tenth or more within any second (WCAG 2.3.1). */
function mostFlashes(changes: readonly Change[]): number {
  const turns: number[] = [];
  let [level, direction] = [0, 0];
  for (const { atMs, level: next } of changes) {
    if (Math.abs(next - level) < 10) continue;
    if (Math.sign(next - level) !== direction) turns.push(atMs);
    direction = Math.sign(next - level);
    level = next;
  }
  return Math.max(
    0,
    ...turns.map((from) =>
      Math.floor(turns.filter((atMs) => atMs >= from && atMs <= from + 1_000).length / 2),
    ),
  );
}

const put = (source: string, value: number, quality: Quality = "good") => ({ source, value, quality });
const at = (...events: [number, Event["what"]][]) => {
  let nowMs = 0;
  return events.map(([atMs, what]): Event => {
    const afterMs = atMs - nowMs;
    nowMs = atMs;
    return { afterMs, what };
  });
};
const dark: [number, Event["what"]] = [100, put("daylight.dark", 1)];

describe("the edge light", () => {
  it("is dark by day, glows by night, and brightens for a while after a step", async () => {
    const changes = await lightThrough(
      at(dark, [3_000, put("tile3.press", 70)], [20_000, put("daylight.dark", 0)]),
    );
    expect(changes).toEqual([
      { atMs: 0, level: 0 },
      { atMs: 700, level: 10 },
      { atMs: 3_000, level: 60 },
      { atMs: 7_000, level: 10 },
      { atMs: 20_000, level: 0 },
    ]);
  });

  it("is steady at full while the tiles may be icy, by day too, and whatever is left in the capacitor", async () => {
    const changes = await lightThrough(
      at(
        [1_000, put("ice.risk", 1)],
        [2_000, put("capacitor.charge", 1)],
        [3_000, put("tile1.press", 70)],
        [9_000, put("daylight.dark", 1)],
      ),
    );
    expect(changes.map(({ level }) => level)).toEqual([0, 100, 0]);
  });

  it("goes dark when the capacitor is nearly empty", async () => {
    const changes = await lightThrough(
      at(dark, [3_000, put("capacitor.charge", 14)], [4_000, put("tile1.press", 80)]),
    );
    expect(changes.map(({ level }) => level)).toEqual([0, 10, 0]);
  });

  it("does what was put off when its pause is over", async () => {
    const changes = await lightThrough(at([1_000, put("ice.risk", 1)], [1_100, put("ice.risk", 0)]));
    expect(changes).toEqual([
      { atMs: 0, level: 0 },
      { atMs: 1_000, level: 100 },
      { atMs: 1_700, level: 0 },
    ]);
  });

  it("never flashes three times in a second, whatever happens (2,000 traces)", async () => {
    const quality = fc.constantFrom<Quality>("good", "good", "good", "stale", "suspect", "bad");
    const bit = fc.constantFrom(0, 1);
    const sample = fc.oneof(
      fc.record({ source: fc.constantFrom("daylight.dark", "ice.risk"), value: bit, quality }),
      fc.record({
        source: fc.constantFrom("tile1.press", "tile8.press"),
        value: fc.integer({ min: 1, max: 100 }),
        quality,
      }),
      fc.record({
        source: fc.constant("capacitor.charge"),
        value: fc.integer({ min: 0, max: 100 }),
        quality,
      }),
    );
    const setting = fc.record({
      setting: fc.constantFrom("stepLevel", "idleLevel", "iceLevel", "stepHold", "lightReserve"),
      to: fc.integer({ min: 2, max: 100 }),
    });
    const trouble = fc.constantFrom("part fails", "part hangs", "part is back", "decide" as const);
    const event = fc.record({
      afterMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 1_500 })),
      what: fc.oneof(
        { weight: 6, arbitrary: sample },
        { weight: 1, arbitrary: setting },
        { weight: 1, arbitrary: trouble },
      ),
    }) as fc.Arbitrary<Event>;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), async (events) => {
        expect(mostFlashes(await lightThrough(events))).toBeLessThan(3);
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);

  it("is held back by its permit alone, whatever its controller wants (2,000 traces)", async () => {
    const wanted = fc.record({
      afterMs: fc.integer({ min: 0, max: 400 }),
      level: fc.integer({ min: 0, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(wanted, { minLength: 10, maxLength: 60 }), async (wishes) => {
        const levels = wishes.map(({ level }) => level);
        const wild: Actuator = {
          ...floor.actuators.edge!,
          controller: {
            name: "wild",
            inputs: [],
            initial: () => 0,
            decide: (state) => ({
              state: Number(state) + 1,
              target: {
                value: levels[Number(state) % levels.length]!,
                reason: { code: "test", text: `${state}` },
              },
            }),
          },
        };
        const events = wishes.map(({ afterMs }): Event => ({ afterMs, what: "decide" }));
        expect(mostFlashes(await lightThrough(events, wild))).toBeLessThan(3);
      }),
      { numRuns: 2_000 },
    );
  });

  it("allows nothing but a level", () => {
    const permit = edgeLightPermit({ self: "edge.target" });
    const view = { nowMs: 1e6, latest: () => undefined } as unknown as View;
    for (const value of [-1, 101, Number.NaN, Number.POSITIVE_INFINITY])
      expect(permit.allow({ value, reason: { code: "test", text: "" } }, view)).toMatchObject({
        value: 0,
        reason: { code: "unsure" },
      });
  });
});
