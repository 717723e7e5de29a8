import type { Benchmark, BenchmarkOptions, Result } from "./benchmark.ts";
import { columns, lived, notes, type Setting } from "./streets.ts";

const settings: readonly Setting[] = [
  { kind: "streetlight", units: 1, threads: 1, hours: 24, repetitions: 5 },
  { kind: "streetlight", units: 100, threads: 1, hours: 24, repetitions: 2 },
  { kind: "streetlight", units: 100, threads: 2, hours: 24, repetitions: 3 },
  { kind: "streetlight", units: 1_000, threads: 2, hours: 24, repetitions: 1 },
];

const quickSettings: readonly Setting[] = [
  { kind: "streetlight", units: 1, threads: 1, hours: 3, repetitions: 2 },
  { kind: "streetlight", units: 20, threads: 1, hours: 3, repetitions: 2 },
  { kind: "streetlight", units: 20, threads: 2, hours: 3, repetitions: 2 },
];

const aimSeconds = 60;

export const street: Benchmark = { name: "street", title: "A simulated street", run };

/**
 * Streetlights from noon to noon, so that half of it is night. The peers are real time, and the event loop alone with
 * as many timers that do nothing.
 */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const chosen = quick ? quickSettings : settings;
  const results = await lived(chosen, { say });
  const headline = results[chosen.findIndex(({ units }) => units === 1_000)]?.medianSeconds;
  const rows = results.map(({ row }) => row);
  return { tables: [{ title: "Virtual time", columns, rows }], aims: aims(headline), notes };
}

const aims = (seconds: number | undefined): Result["aims"] =>
  seconds === undefined
    ? []
    : [
        {
          text: `1,000 streetlights for 24 h in under ${aimSeconds} s on two cores`,
          measured: `${seconds.toFixed(0)} s`,
          met: seconds < aimSeconds,
        },
      ];
