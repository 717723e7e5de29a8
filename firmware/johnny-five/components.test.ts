import { createRequire } from "node:module";
import Board from "johnny-five/lib/board.js";
import { beforeEach, describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { ComponentPort } from "#devices/ports/components.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualGpio, virtualGpioPort } from "#sim/ports/gpio.ts";
import { johnnyFiveComponents } from "./components.ts";

const chip = "pinctrl-bcm2711";
const line = { chip, offset: 17 };

describe("johnny-five's components", () => {
  let loop: EventLoop;
  let clock: VirtualClock;
  let gpio: VirtualGpio;
  let components: ComponentPort;

  beforeEach(() => {
    loop = new EventLoop();
    clock = new VirtualClock(loop);
    gpio = new VirtualGpio();
    gpio.addChip(chip, 58);
    components = johnnyFiveComponents(
      clock,
      virtualGpioPort(gpio, () => clock.now()),
    );
  });

  const wire = gpioLine(() => gpio);
  const pass = (ms: number) => loop.runUntil(loop.now + ms);

  describe("a motion detector", () => {
    // HC-SR501 user's guide: about a minute of initialisation, in which the output may pulse.
    const pir = () => components.motion(line, { calibration: seconds(60) });

    it("says nothing until it has calibrated, then what its output says", async () => {
      const motion = await pir();
      const seen: [boolean, number][] = [];
      motion.onChange((detected, atMs) => seen.push([detected, atMs]));
      wire.drive(1);
      await pass(30_000);
      expect([motion.isCalibrated, motion.detected, seen]).toEqual([false, false, []]);
      await pass(31_500);
      expect([motion.isCalibrated, motion.detected, seen]).toEqual([true, true, [[true, 60_000]]]);
      wire.drive(0);
      await pass(2_000);
      expect(seen.slice(1)).toEqual([[false, 61_500]]);
      await motion.close();
    });

    it("reports each change once, at the edge", async () => {
      const motion = await pir();
      await pass(61_500);
      const seen: [boolean, number][] = [];
      const cancel = motion.onChange((...change) => seen.push(change));
      for (const level of [1, 0, 1] as const) {
        wire.drive(level);
        await pass(5_000);
      }
      cancel();
      wire.drive(0);
      await pass(5_000);
      expect(seen).toEqual([
        [true, 61_500],
        [false, 66_500],
        [true, 71_500],
      ]);
      await motion.close();
    });
  });

  describe("a contact", () => {
    it.each([0, 1] as const)(
      "is closed at level %d, and debounced over johnny-five's 5 ms",
      async (closedLevel) => {
        const openLevel = closedLevel === 0 ? 1 : 0;
        wire.drive(openLevel);
        const contact = await components.contact(line, { closedLevel });
        const seen: [boolean, number][] = [];
        contact.onChange((...change) => seen.push(change));
        await pass(100);
        expect([contact.closed, seen]).toEqual([false, []]);
        for (const level of [closedLevel, openLevel, closedLevel, openLevel, closedLevel] as const) {
          wire.drive(level);
          await pass(2);
        }
        await pass(50);
        expect([contact.closed, seen]).toEqual([true, [[true, 113]]]);
        await contact.close();
      },
    );

    it("knows a door that was closed from the start", async () => {
      wire.drive(0);
      const contact = await components.contact(line, { closedLevel: 0 });
      expect(contact.closed).toBe(true);
      await contact.close();
    });
  });

  it("calls its listeners outside johnny-five, where timers and time are everybody's", async () => {
    const outside = [setTimeout, setInterval, Date.now, process.nextTick];
    const contact = await components.contact(line, { closedLevel: 1 });
    let inListener: unknown[] = [];
    contact.onChange(() => {
      inListener = [setTimeout, setInterval, Date.now, process.nextTick, Board.cache.length];
    });
    wire.drive(1);
    await pass(50);
    expect(inListener).toEqual([...outside, 0]);
    expect([setTimeout, setInterval, Date.now, process.nextTick]).toEqual(outside);
    await contact.close();
  });

  it("rejects with the port's error, and keeps nothing, when the line cannot be opened", async () => {
    const contact = await components.contact(line, { closedLevel: 0 });
    await expect(components.contact(line, { closedLevel: 0 })).rejects.toMatchObject({ kind: "bus" });
    const absent = { chip: "pinctrl-rp1", offset: 4 };
    await expect(components.motion(absent, { calibration: seconds(1) })).rejects.toThrow(
      /pinctrl-rp1:4.*pinctrl-bcm2711/,
    );
    await contact.close();
    expect(Board.cache).toEqual([]);
  });

  it("leaves no timer, no board and no process listener behind, 1,000 times over", async () => {
    const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
    const before = listeners();
    for (let n = 0; n < 500; n++) {
      const motion = await components.motion(line, { calibration: seconds(60) });
      await pass(3_000);
      await motion.close();
      const contact = await components.contact(line, { closedLevel: 0 });
      wire.drive((n % 2) as 0 | 1);
      await pass(10);
      await contact.close();
    }
    expect([Board.cache.length, listeners()]).toEqual([0, before]);
    // Cancelled timers stay in the loop until their time: after that, nothing may be left in it.
    await pass(120_000);
    expect(loop.pending).toBe(0);
  });

  it("loads neither firmata nor johnny-five's other parts", () => {
    const loaded = Object.keys(createRequire(import.meta.url).cache).map(
      (file) => file.split("node_modules/").at(-1)!,
    );
    expect(loaded).toContain("johnny-five/lib/motion.js");
    const unwanted =
      /^(firmata|serialport|browser-serialport|temporal|johnny-five\/lib\/(johnny-five|expander|sip))/;
    expect(loaded.filter((file) => unwanted.test(file))).toEqual([]);
  });
});

function gpioLine(gpio: () => VirtualGpio) {
  return { drive: (level: 0 | 1) => gpio().line(chip, line.offset).drive(level) };
}
