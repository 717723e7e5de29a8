import type { Cancel } from "./clock.ts";

export type Level = 0 | 1;

/**
 * A line is named by chip label and offset, never by a global number: kernels from 6.6 on number a Raspberry
 * Pi's lines from 512 (raspberrypi/linux #6084).
 */
export interface LineAddress {
  /** The chip's label: `pinctrl-bcm2711`, `pinctrl-rp1`, `gpio-sim.0-node0`. */
  readonly chip: string;
  readonly offset: number;
}

export interface LineSettings {
  readonly direction: "in" | "out";
  /** Output only: driven from the first instant, so that a relay does not click at start. */
  readonly initial?: Level;
  /** Logical 1 is a low voltage. */
  readonly activeLow?: boolean;
}

/**
 * One GPIO line. Levels are logical (after `activeLow`). `watch` reports every level that persisted long enough
 * for the port to see it, with the monotonic time at which the port saw it: a pulse shorter than the port's
 * latency may be lost, so nothing is ever counted by it. No debounce here.
 * Rejects with PortError `not-ready` (closed), `bus` (no such chip or line, busy, or not permitted).
 */
export interface GpioLine {
  readonly name: string;
  read(): Promise<Level>;
  write(level: Level): Promise<void>;
  watch(listener: (level: Level, atMs: number) => void): Cancel;
  close(): Promise<void>;
}

export interface GpioPort {
  open(line: LineAddress, settings: LineSettings): Promise<GpioLine>;
}

export const lineName = (line: LineAddress) => `${line.chip}:${line.offset}`;
