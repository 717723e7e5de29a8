/** What a driver of the kernel made of a twin. */
export interface Finding {
  readonly what: string;
  readonly found: number;
  readonly expected: number;
  readonly within: number;
}

/** All of them for one part. */
export interface Verdict {
  readonly part: string;
  /** The driver that was bound to it, as the kernel calls it. */
  readonly driver: string | undefined;
  readonly findings: readonly Finding[];
  /** What the driver asked for that the twin knows by name only. */
  readonly untouchable: readonly string[];
  /** What kept the trial from its end. */
  readonly error?: string;
}
