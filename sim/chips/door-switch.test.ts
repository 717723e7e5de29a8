import { expect, it } from "vitest";
import { Bench } from "#test/bench/bench.ts";
import { twin } from "./door-switch.ts";

const place = { kind: "gpio", chip: "pinctrl-bcm2711", offset: 22 } as const;

it("bounces for at most two milliseconds, and not always alike", async () => {
  const counts = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const bench = new Bench(seed);
    const door = bench.solder(twin, place);
    await bench.pass(1_000);
    const line = bench.board.gpio.line(place.chip, place.offset);
    const changedMs = bench.loop.now;
    const edges: number[] = [];
    line.watch(() => edges.push(bench.loop.now - changedMs));
    door.set("open", 1);
    await bench.pass(1_000);
    expect(line.level).toBe(0);
    expect(Math.max(...edges)).toBeLessThanOrEqual(2);
    counts.add(edges.length);
  }
  expect([...counts].sort()).toEqual([1, 3, 5, 7]);
});

it("is a closed door to begin with: the contact pulls the line up", () => {
  const bench = new Bench();
  bench.solder(twin, place);
  expect(bench.board.gpio.line(place.chip, place.offset).level).toBe(1);
});
