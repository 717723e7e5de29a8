import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { twin as doorSwitch } from "#sim/chips/door-switch.ts";
import { twin as hcSr501 } from "#sim/chips/hc-sr501.ts";
import { ExampleBoard, examples, line, soon } from "./example-board.ts";

describe("johnny-five's published examples for pins, as they are, on the real onoff:", () => {
  let folder: string;
  let board: ExampleBoard;
  beforeAll(async () => {
    folder = await examples();
  });
  beforeEach(() => {
    board = new ExampleBoard(folder);
  });
  afterEach(() => board.close());
  afterAll(() => rm(folder, { recursive: true }));

  describe("on bare pins", () => {
    it.each([
      ["led-blink", 13],
      ["grove-led", 6],
    ])("%s: an LED changes every half second", async (name, pin) => {
      const levels = board.levelsOf(pin);
      await board.example(name);
      await vi.waitFor(() => expect(levels.length).toBeGreaterThanOrEqual(8), soon);
      expect(levels.map(({ level }) => level)).toEqual(levels.map((_, index) => (index + 1) % 2));
      const gaps = levels.slice(1).map(({ atMs }, index) => atMs - levels[index]!.atMs);
      const median = gaps.sort((one, other) => one - other)[Math.floor(gaps.length / 2)]!;
      // No timer is early; how late one is, a busy machine says.
      expect(median).toBeGreaterThan(450);
    });

    it("led: blinks until it is told otherwise at the prompt", async () => {
      const levels = board.levelsOf(13);
      const { type, said } = await board.example("led");
      await vi.waitFor(() => expect(levels.length).toBeGreaterThan(5), soon);
      type("led.stop().off(); 'dark'");
      await vi.waitFor(() => expect(said).toContain("'dark'"), soon);
      await board.pass(100);
      const before = levels.length;
      expect(levels.at(-1)!.level).toBe(0);
      // Five of its changes.
      await board.pass(500);
      expect(levels.length).toBe(before);
      type("led.on(); 'lit'");
      await vi.waitFor(() => expect(levels.slice(before).map(({ level }) => level)).toEqual([1]), soon);
    });

    it.each([
      ["repl", 13, "on()", "off()"],
      ["relay", 10, "relay.close()", "relay.open()"],
    ])("%s: is switched at the prompt", async (name, pin, on, off) => {
      const levels = board.levelsOf(pin);
      const { type } = await board.example(name);
      for (const [index, word] of [on, off, on].entries()) {
        type(word);
        await vi.waitFor(() => expect(levels.length).toBe(index + 1), soon);
      }
      expect(levels.map(({ level }) => level)).toEqual([1, 0, 1]);
    });

    it("pin-dtoa: a pin that has an analogue name elsewhere is digital", async () => {
      const levels = board.levelsOf(14);
      await board.example("pin-dtoa");
      await vi.waitFor(() => expect(levels.map(({ level }) => level)).toEqual([1]), soon);
    });
  });

  /** A reed contact pulls its line to 3.3 V while the door is closed, and bounces. */
  describe("with a contact", () => {
    it("button: down, hold and up, each once for a bouncing contact", async () => {
      const contact = board.solder(doorSwitch, line(2));
      contact.set("open", 1);
      const { said } = await board.example("button");
      const words: string[] = [];
      for (const press of [1, 2]) {
        contact.set("open", 0);
        await vi.waitFor(() => expect(said.filter((word) => word === "down").length).toBe(press), soon);
        await vi.waitFor(() => expect(said.at(-1)).toBe("hold"), soon);
        contact.set("open", 1);
        await vi.waitFor(() => expect(said.at(-1)).toBe("up"), soon);
        words.push("down", "hold", "up");
      }
      // It says "hold" every half second for as long as it is held.
      expect(said.filter((word, index) => word !== "hold" || said[index - 1] !== "hold")).toEqual(words);
    });

    it("grove-button: an LED is lit while it is pressed", async () => {
      const contact = board.solder(doorSwitch, line(4));
      contact.set("open", 1);
      const lamp = board.levelsOf(6);
      await board.example("grove-button");
      for (const [index, pressed] of [1, 0, 1, 0].entries()) {
        contact.set("open", 1 - pressed);
        await vi.waitFor(() => expect(lamp.length).toBe(index + 1), soon);
        expect(lamp.at(-1)!.level).toBe(pressed);
      }
    });

    // Their switch pulls to ground: a door that opens is a switch that closes.
    it("toggle-switch: what the contact is", async () => {
      const contact = board.solder(doorSwitch, line(8));
      const { said } = await board.example("toggle-switch");
      await vi.waitFor(() => expect(said).toEqual(["open"]), soon);
      for (const [open, words] of [
        [1, ["open", "closed"]],
        [0, ["open", "closed", "open"]],
      ] as const) {
        contact.set("open", open);
        await vi.waitFor(() => expect(said).toEqual(words), soon);
      }
    });

    it("switch: an LED that follows the contact", async () => {
      const contact = board.solder(doorSwitch, line(8));
      const lamp = board.levelsOf(13);
      await board.example("switch");
      for (const [index, open] of [1, 0, 1].entries()) {
        contact.set("open", open);
        await vi.waitFor(() => expect(lamp.length).toBe(index + 1), soon);
        expect(lamp.at(-1)!.level).toBe(open);
      }
    });

    it("sensor-digital: the pin's level, again and again", async () => {
      const contact = board.solder(doorSwitch, line(8));
      const { said } = await board.example("sensor-digital");
      for (const open of [0, 1, 0]) {
        contact.set("open", open);
        const before = said.length;
        await vi.waitFor(() => expect(said.length).toBeGreaterThan(before + 5), soon);
        await vi.waitFor(() => expect(said.at(-1)).toBe(`${1 - open}`), soon);
      }
    });
  });

  it("motion: somebody moves before an HC-SR501, and stands still", async () => {
    // One that does not pulse for nothing in its first minute.
    const environment = { loop: board.loop, random: () => 0, place: line(7), wiring: board.board };
    const sensor = hcSr501.create(environment);
    const { said } = await board.example("motion");
    await vi.waitFor(() => expect(said).toEqual(["calibrated"]), soon);
    for (let round = 1; round <= 2; round++) {
      sensor.moved();
      await vi.waitFor(() => expect(said.at(-1)).toBe("motionstart"), soon);
      expect(sensor.sensed("presence")).toBe(1);
      // The sensor's delay time is 5 s, and its blocking time 2.5 s.
      await vi.waitFor(() => expect(said.at(-1)).toBe("motionend"), soon);
      expect(sensor.sensed("presence")).toBe(0);
      await board.pass(2_600);
    }
    expect(said).toEqual(["calibrated", "motionstart", "motionend", "motionstart", "motionend"]);
  });
});
