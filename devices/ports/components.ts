import type { Duration } from "../duration.ts";
import type { Cancel } from "./clock.ts";
import type { Level, LineAddress } from "./gpio.ts";

/** A two-state part on one GPIO line, with the filtering that such a part needs. */
export interface BinaryComponent {
  /**
   * Calls `listener` on each change, with the monotonic time at which it was established: at the edge, or after it
   * where contacts bounce.
   */
  onChange(listener: (state: boolean, atMs: number) => void): Cancel;
  /**
   * Reads the line, which nobody else does between two edges: what was reported last is known to be so still.
   * Rejects with PortError `bus` where the line cannot be read.
   */
  confirm(): Promise<void>;
  /** Releases the line. Nothing is reported after the call. */
  close(): Promise<void>;
}

/** A passive infrared detector with a digital output, high on motion (HC-SR501). */
export interface MotionComponent extends BinaryComponent {
  /** False until the part has calibrated, whatever its output says. */
  readonly detected: boolean;
  readonly isCalibrated: boolean;
}

export interface MotionOptions {
  /** The part's output is meaningless for so long after power-on: about a minute for an HC-SR501. */
  readonly calibration: Duration;
}

/** A contact: a reed switch on a door, a tamper switch. */
export interface ContactComponent extends BinaryComponent {
  readonly closed: boolean;
}

export interface ContactOptions {
  /** The line's level while the contact is closed: 0 for a contact to ground with a pull-up. */
  readonly closedLevel: Level;
}

/**
 * Parts on GPIO lines that a component library knows how to read.
 * Rejects with PortError `bus` when the line cannot be opened.
 */
export interface ComponentPort {
  motion(line: LineAddress, options: MotionOptions): Promise<MotionComponent>;
  contact(line: LineAddress, options: ContactOptions): Promise<ContactComponent>;
}
