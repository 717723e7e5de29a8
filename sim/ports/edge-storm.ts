import type { Cancel } from "#devices/ports/clock.ts";
import type { Level } from "#devices/ports/gpio.ts";
import type { EventLoop } from "../loop.ts";
import type { VirtualLine } from "./gpio.ts";

const storms = new WeakMap<VirtualLine, Cancel>();

/** Fault: a line toggles by itself, as one that floats beside a motor's cable does, until `calm`. */
export function edgeStorm(line: VirtualLine, loop: EventLoop, edgesPerSecond: number): void {
  calm(line);
  const periodMs = 1_000 / edgesPerSecond;
  let level: Level = line.level;
  let dueMs = loop.now;
  const toggle = () => {
    level = level === 1 ? 0 : 1;
    dueMs += periodMs;
    storms.set(line, loop.at(dueMs, toggle));
    line.stick(level);
  };
  toggle();
}

/** The line is what it would have been. */
export function calm(line: VirtualLine): void {
  storms.get(line)?.();
  storms.delete(line);
  line.stick(undefined);
}
