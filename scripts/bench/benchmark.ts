import type { Figure } from "./statistics.ts";

/** One thing that was measured, and what was found. */
export interface Row {
  readonly subject: string;
  readonly figures: readonly Figure[];
}

/** Rows that answer the same question. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** What was to be reached, and whether it was. */
export interface Aim {
  readonly text: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Result {
  readonly tables: readonly Table[];
  readonly aims: readonly Aim[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

export interface BenchmarkOptions {
  /** Fewer and shorter repetitions: to see that it works, not to quote. */
  readonly quick: boolean;
  /** Called with a line of progress. */
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(options: BenchmarkOptions): Promise<Result>;
}
