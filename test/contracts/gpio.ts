import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortError } from "#devices/ports/error.ts";
import type { GpioLine, GpioPort, Level, LineAddress, LineSettings } from "#devices/ports/gpio.ts";

/** Two lines that are wired to each other, so that what `output` drives `input` sees. */
export interface GpioSubject {
  readonly port: GpioPort;
  readonly output: LineAddress;
  readonly input: LineAddress;
  readonly nowMs: () => number;
  /** Resolves when what the output drives is at the input; left out where a wire takes no time for that. */
  crossed?(): Promise<void>;
  /** Longer than the port's latency: an edge has been reported by then. */
  settle(): Promise<void>;
}

/** What devices/ports/gpio.ts promises. */
export function gpioContract(name: string, make: () => GpioSubject): void {
  describe(`${name} as a GpioPort`, () => {
    let subject: GpioSubject;
    let lines: GpioLine[];

    beforeEach(() => {
      subject = make();
      lines = [];
    });

    afterEach(() => Promise.all(lines.map((line) => line.close())));

    const open = async (address: LineAddress, settings: LineSettings) => {
      const line = await subject.port.open(address, settings);
      lines.push(line);
      return line;
    };
    const refuses = async (work: Promise<unknown>, kind: "bus" | "not-ready", words?: RegExp) => {
      const error = await work.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PortError);
      expect((error as PortError).kind).toBe(kind);
      if (words) expect((error as PortError).message).toMatch(words);
    };
    const loop = async (out: Partial<LineSettings> = {}, into: Partial<LineSettings> = {}) => {
      const output = await open(subject.output, { direction: "out", ...out });
      const input = await open(subject.input, { direction: "in", ...into });
      await subject.crossed?.();
      return { output, input };
    };

    it("names a line by chip label and offset", async () => {
      const { output } = await loop();
      expect(output.name).toBe(`${subject.output.chip}:${subject.output.offset}`);
    });

    it.each<[LineSettings, Level]>([
      [{ direction: "out" }, 0],
      [{ direction: "out", initial: 1 }, 1],
      [{ direction: "out", initial: 0, activeLow: true }, 1],
      [{ direction: "out", initial: 1, activeLow: true }, 0],
      [{ direction: "out", activeLow: true }, 1],
    ])("drives %o with voltage %d from the first instant", async (settings, voltage) => {
      const { output, input } = await loop(settings);
      expect(await input.read()).toBe(voltage);
      expect(await output.read()).toBe(settings.initial ?? 0);
    });

    it("writes and reads logical levels", async () => {
      const { output, input } = await loop({}, { activeLow: true });
      for (const level of [1, 0, 1] as const) {
        await output.write(level);
        await subject.crossed?.();
        expect(await input.read()).toBe(level ^ 1);
        expect(await output.read()).toBe(level);
      }
    });

    it("reports each level that lasts, with the time at which it was seen", async () => {
      const { output, input } = await loop({}, { activeLow: true });
      const seen: [Level, number][] = [];
      const startMs = subject.nowMs();
      input.watch((level, atMs) => seen.push([level, atMs]));
      for (const level of [1, 1, 0, 1] as const) {
        await output.write(level);
        await subject.settle();
      }
      expect(seen.map(([level]) => level)).toEqual([0, 1, 0]);
      const times = seen.map(([, atMs]) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeGreaterThanOrEqual(startMs);
      expect(times[2]).toBeLessThanOrEqual(subject.nowMs());
    });

    it("reports a level even when it is read at the moment of the edge", async () => {
      const { output, input } = await loop();
      const seen: Level[] = [];
      input.watch((level) => seen.push(level));
      for (const level of [1, 0, 1, 0, 1] as const) {
        await Promise.all([output.write(level), input.read()]);
        await input.read();
        await subject.settle();
      }
      expect(seen).toEqual([1, 0, 1, 0, 1]);
    });

    it("tells every listener, until it is cancelled", async () => {
      const { output, input } = await loop();
      const seen: string[] = [];
      const listener = (level: Level) => seen.push(`a${level}`);
      const cancelA = input.watch(listener);
      const cancelB = input.watch((level) => seen.push(`b${level}`));
      await output.write(1);
      await subject.settle();
      cancelA();
      cancelA();
      await output.write(0);
      await subject.settle();
      cancelB();
      await output.write(1);
      await subject.settle();
      expect(seen).toEqual(["a1", "b1", "b0"]);
    });

    it("reports nothing after close, and refuses to be used", async () => {
      const { output, input } = await loop();
      const seen: Level[] = [];
      const cancel = input.watch((level) => seen.push(level));
      await input.close();
      await input.close();
      await output.write(1);
      await subject.settle();
      cancel();
      expect(seen).toEqual([]);
      await refuses(input.read(), "not-ready");
      await output.close();
      await refuses(output.write(0), "not-ready");
    });

    it("gives a line to one at a time", async () => {
      const { input } = await loop();
      await refuses(subject.port.open(subject.input, { direction: "in" }), "bus", /busy/);
      await input.close();
      await open(subject.input, { direction: "in" });
    });

    it("drives a line that was given back and taken again at once", async () => {
      const { output, input } = await loop();
      await output.close();
      const again = await open(subject.output, { direction: "out", initial: 1 });
      for (const level of [1, 0, 1] as const) {
        await again.write(level);
        await subject.crossed?.();
        expect(await input.read()).toBe(level);
      }
    });

    it("does not drive an input", async () => {
      const { input } = await loop();
      await refuses(input.write(1), "bus");
    });

    it("says which chips and lines there are", async () => {
      const settings: LineSettings = { direction: "in" };
      const { chip } = subject.input;
      await refuses(subject.port.open({ chip: "no-such-chip", offset: 0 }, settings), "bus", RegExp(chip));
      await refuses(subject.port.open({ chip, offset: 100_000 }, settings), "bus", /lines 0 to \d+/);
    });
  });
}
