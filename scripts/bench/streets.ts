import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemClock } from "#firmware/ports/clock.ts";
import { root } from "../root.ts";
import type { BenchmarkOptions, Row } from "./benchmark.ts";
import { figureOf } from "./statistics.ts";
import { bundleStreetWorker } from "./street-bundle.ts";
import type { StreetDone, StreetWork } from "./street-worker.ts";

const clock = systemClock();

/** A street has so many units at most, and its own world, people and broker. */
const unitsPerStreet = 50;
/** What one thread may hold in short-lived objects: a street's timers and promises die there, not later. */
const youngGenerationMiB = 128;

/** What is lived through, and how often. */
export interface Setting {
  readonly kind: string;
  readonly units: number;
  readonly threads: number;
  readonly hours: number;
  readonly repetitions: number;
}

/**
 * Lives through streets in virtual time, everything on: each unit runs the whole firmware over register-level parts,
 * stores its records, and sends them to a broker and the city. From noon on at the equinox.
 * @returns a row for each setting, and its median seconds
 */
export async function lived(
  settings: readonly Setting[],
  { say }: Pick<BenchmarkOptions, "say">,
): Promise<readonly { readonly row: Row; readonly medianSeconds: number }[]> {
  // Beside the packages that it imports.
  const bundle = join(root, "node_modules", ".plinth-bench", `street-${process.pid}.mjs`);
  await bundleStreetWorker(bundle);
  try {
    const results = [];
    for (const setting of settings) {
      const runs: Run[] = [];
      for (let repetition = 0; repetition < setting.repetitions; repetition++) {
        runs.push(await live(bundle, setting));
        say(`${subjectOf(setting)}: ${runs.at(-1)!.seconds.toFixed(1)} s`);
      }
      const medianSeconds = figureOf(runs.map(({ seconds }) => seconds)).median;
      results.push({ row: rowOf(setting, runs), medianSeconds });
    }
    return results;
  } finally {
    await rm(bundle, { force: true });
  }
}

export const notes = [
  "Start of the threads and of every unit included; bundling the worker is not.",
  "CPU is that of all threads of the process, garbage collection and compilation included, the loop alone left out.",
  "The event loop alone runs as many timers that do nothing, each at an instant of its own; in a street many share one.",
  "Real time is the other peer: 1 virtual s per real s, however many units.",
];

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly done: readonly StreetDone[];
}

export const columns = [
  "real s",
  "virtual s per real s",
  "CPU ms per unit and hour",
  "busiest I2C bus, %",
  "event loop alone, % of CPU",
  "records delivered",
  "lost",
];

function rowOf(setting: Setting, runs: readonly Run[]): Row {
  const { units } = setting;
  const of = (measure: (run: Run) => number) => figureOf(runs.map(measure));
  const total = (run: Run, measure: (done: StreetDone) => number) =>
    run.done.reduce((sum, done) => sum + measure(done), 0);
  return {
    subject: subjectOf(setting),
    figures: [
      of(({ seconds }) => seconds),
      of(({ seconds, done }) => done[0]!.virtualSeconds / seconds),
      of(({ cpuSeconds, done }) => (cpuSeconds * 1_000) / units / (done[0]!.virtualSeconds / 3_600)),
      of(({ done }) => 100 * Math.max(...done.map(({ busiestBusShare }) => busiestBusShare))),
      of((each) => total(each, ({ loopAloneMs }) => loopAloneMs) / 10 / each.cpuSeconds),
      of((each) => total(each, ({ delivered }) => delivered)),
      of((each) => total(each, ({ lost }) => lost)),
    ],
  };
}

const subjectOf = ({ kind, units, threads, hours }: Setting) =>
  `${units} × ${kind}, ${hours < 0.1 ? `${Math.round(hours * 3_600)} s` : `${hours} h`}, ${threads} thread${threads > 1 ? "s" : ""}`;

/** Hands one street after the other to whichever thread is free. */
async function live(bundle: string, setting: Setting): Promise<Run> {
  const streets = Math.ceil(setting.units / unitsPerStreet);
  const scenario = scenarioOf(setting.kind, setting.units / streets, setting.hours);
  const seeds = Array.from({ length: streets }, (_, index) => index + 1);
  const done: StreetDone[] = [];
  const cpu = process.cpuUsage();
  const begunMs = clock.now();
  const threads = Array.from({ length: setting.threads }, async () => {
    const worker = new Worker(bundle, { resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMiB } });
    await once(worker, "message");
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      worker.postMessage({ scenario, seed } satisfies StreetWork);
      const [result] = (await once(worker, "message")) as [StreetDone];
      done.push(result);
    }
    await worker.terminate();
  });
  await Promise.all(threads);
  const { user, system } = process.cpuUsage(cpu);
  const loopAloneMs = done.reduce((sum, result) => sum + result.loopAloneMs, 0);
  return {
    seconds: (clock.now() - begunMs - loopAloneMs / setting.threads) / 1_000,
    cpuSeconds: (user + system) / 1e6 - loopAloneMs / 1_000,
    done,
  };
}

/** Far enough apart for a kerb of its usual size. */
const spacingM = 30;

const scenarioOf = (kind: string, units: number, hours: number) => `
scenario: bench
title: A street for benchmarks
seed: 1
start: 2025-03-20 12:00
duration: ${Math.round(hours * 3_600)} s
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 60
  furniture: [{ kind: ${kind}, units: ${units}, spacing: ${spacingM} }]
`;
