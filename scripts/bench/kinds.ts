import * as catalogue from "#devices/furniture/index.ts";
import type { Benchmark, BenchmarkOptions, Result } from "./benchmark.ts";
import { columns, lived, notes, type Setting } from "./streets.ts";

/** So many of each kind, for an hour of the afternoon; a minute of what is sampled hundreds of times a second. */
const ofEachKind = (units: number, hours: number): Setting[] =>
  Object.values(catalogue).map(({ kind, roles }) => {
    const isStreamed = Object.values(roles).some(({ stream }) => stream !== undefined);
    return { kind, units, threads: 2, hours: isStreamed ? hours / 60 : hours, repetitions: 1 };
  });

export const kinds: Benchmark = { name: "kinds", title: "A street of each kind", run };

/** How fast each kind is simulated, and what it takes of its buses. The peers are those of `street`. */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const results = await lived(quick ? ofEachKind(2, 0.25) : ofEachKind(250, 1), { say });
  const rows = results.map(({ row }) => row);
  return { tables: [{ title: "Virtual time and bus use", columns, rows }], aims: [], notes };
}
