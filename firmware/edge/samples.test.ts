import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import { streetlight } from "#devices/furniture/streetlight.ts";
import { sourcesOf } from "#devices/furniture/vocabulary.ts";
import { illuminance } from "#devices/quantities.ts";
import type { Sample } from "#devices/sample.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { Samples } from "./samples.ts";

const light = "light.illuminance";

describe("samples", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let samples: Samples;
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  beforeEach(() => {
    loop = new EventLoop(Date.UTC(2026, 0, 1));
    clock = new VirtualClock(loop);
    samples = new Samples(clock, 7, sourcesOf(streetlight));
  });

  it("carry all that is needed to judge them later", async () => {
    await pass(1_500);
    samples.put(light, 12, "good");
    const unset = { source: light, value: 12, quantity: illuminance, quality: "good", atMs: 1_500, boot: 7 };
    expect(samples.latest(light)).toEqual({ ...unset, wallMs: undefined, clock: "none" });
    clock.setWall(1_700_000_000_000, "rtc");
    samples.put(light, 12, "good");
    expect(samples.latest(light)).toEqual({ ...unset, wallMs: 1_700_000_000_000, clock: "rtc" });
  });

  it("bear the time of the event, by both clocks, when that is told", async () => {
    await pass(5_000);
    clock.setWall(Date.UTC(2026, 0, 1, 12), "network");
    samples.put(light, 7, "good", 4_200);
    expect(samples.latest(light)).toMatchObject({ atMs: 4_200, wallMs: Date.UTC(2026, 0, 1, 12) - 800 });
  });

  it("are stale when two and a half periods brought no new one, and only good ones are", async () => {
    samples.expect(light, seconds(30));
    samples.put(light, 12, "good");
    await pass(75_000);
    expect(samples.latest(light)!.quality).toBe("good");
    await pass(1);
    expect(samples.latest(light)).toMatchObject({ value: 12, quality: "stale" });
    expect(samples.all().map(({ quality }) => quality)).toEqual(["stale"]);
    samples.put(light, Number.NaN, "bad");
    await pass(80_000);
    expect(samples.latest(light)!.quality).toBe("bad");
    samples.put("door.open", 0, "good");
    await pass(seconds(86_400));
    expect(samples.latest("door.open")!.quality).toBe("good");
  });

  it("reach every listener in order, and are the latest when they do", () => {
    const seen: string[] = [];
    for (const name of ["a", "b"])
      samples.on(light, (sample: Sample) =>
        seen.push(`${name} ${sample.value} ${samples.latest(light)!.value}`),
      );
    samples.put(light, 1, "good");
    samples.put("door.open", 1, "good");
    expect(seen).toEqual(["a 1 1", "b 1 1"]);
  });

  it("lead to decisions, each once, and only then are they told, in order", async () => {
    const seen: string[] = [];
    samples.thenTell(light, ({ value }) => seen.push(`light ${value} told`));
    samples.thenTell("door.open", ({ value }) => seen.push(`door ${value} told`));
    const decide = () => seen.push(`decided with ${samples.latest(light)?.value}`);
    for (const source of [light, "door.open"]) samples.thenDecide(source, decide);
    samples.on(light, ({ value }) => seen.push(`light ${value} heard`));
    samples.put("door.open", 1, "good");
    samples.put(light, 1, "good");
    samples.put(light, 2, "good");
    expect(seen.splice(0)).toEqual(["light 1 heard", "light 2 heard"]);
    await pass(0);
    expect(seen.splice(0)).toEqual(["decided with 2", "door 1 told", "light 1 told", "light 2 told"]);
    samples.put(light, 3, "good");
    await pass(0);
    expect(seen).toEqual(["light 3 heard", "decided with 3", "light 3 told"]);
  });

  it("that a decision makes lead to further decisions, after what is told of the first", async () => {
    const seen: string[] = [];
    samples.thenDecide(light, () => samples.put("lamp.target", 80, "good"));
    samples.thenDecide("lamp.target", () => seen.push("decided"));
    samples.thenTell(light, () => seen.push("told"));
    samples.put(light, 1, "good");
    await pass(0);
    expect(seen).toEqual(["told", "decided"]);
  });

  it("of a source that nobody declared are a mistake of the program", () => {
    expect(() => samples.put("light.colour", 1, "good")).toThrow("light.colour is not declared");
    expect(samples.latest("light.colour")).toBeUndefined();
    expect(samples.quantity("light.colour")).toBeUndefined();
    expect(samples.quantity(light)).toBe(illuminance);
  });
});
