import type { Cancel } from "#devices/ports/clock.ts";
import type { Level } from "#devices/ports/gpio.ts";
import type { EventLoop } from "../loop.ts";
import type { VirtualLine } from "./gpio.ts";

/**
 * Fault: a line toggles by itself, as one that floats beside a motor's cable does. When it is cancelled the line
 * is what it would have been.
 */
export function edgeStorm(line: VirtualLine, loop: EventLoop, edgesPerSecond: number): Cancel {
  const periodMs = 1_000 / edgesPerSecond;
  let level: Level = line.level;
  let dueMs = loop.now;
  let cancel: Cancel = () => {};
  const toggle = () => {
    level = level === 1 ? 0 : 1;
    line.stick(level);
    dueMs += periodMs;
    cancel = loop.quietlyAt(dueMs, toggle);
  };
  toggle();
  return () => {
    cancel();
    line.stick(undefined);
  };
}
