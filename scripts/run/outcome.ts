import type { ExpectationResult } from "#sim/scenario/expectations.ts";
import type { Summary } from "#sim/scenario/summary.ts";
import type { JUnitCase, JUnitSuite } from "../junit.ts";
import { expectationWords } from "../verbs/run-report.ts";
import { type Job, kindsOf } from "./jobs.ts";

/** How one job ended. */
export interface Outcome {
  readonly job: Job;
  /** When it began, in real time. */
  readonly startedUnixMs: number;
  /** Real seconds. */
  readonly seconds: number;
  /** The one command that shows the same again. */
  readonly again: string;
  /** What happened, or what broke on the way. */
  readonly result: Summary | Error;
}

export const asExpected = ({ result }: Outcome): boolean =>
  !(result instanceof Error) && result.expectations.every(({ met }) => met);

/** For a person, where there are several: a line for each, and below it what is not as expected. */
export function outcomeWords(outcome: Outcome): string {
  const { job, seconds, again, result } = outcome;
  const title = `${job.scenario.name}, seed ${job.seed}`;
  const took = `${seconds.toFixed(1)} s`;
  if (result instanceof Error) return `✘ ${title}: ${result.message}, ${took}\n    Again: ${again}`;
  const unmet = result.expectations.filter(({ met }) => !met);
  const score = `${result.expectations.length - unmet.length} of ${result.expectations.length} as expected`;
  if (unmet.length === 0) return `✔ ${title}: ${score}, ${took}`;
  return [
    `✘ ${title}: ${score}, ${took}`,
    ...unmet.map((one) => `    ✘ ${expectationWords(one)}`),
    `    Again: ${again}`,
  ].join("\n");
}

/** For scripts: what happened, from which file, and how to see it again. */
export const outcomeJson = ({ job, again, result }: Outcome): string =>
  JSON.stringify(
    result instanceof Error
      ? { file: job.file, again, scenario: job.scenario.name, seed: job.seed, error: result.message }
      : { file: job.file, again, ...result },
  );

/** A case for living through the scenario, which takes the time, and one for each expectation. */
export function outcomeSuite({ job, startedUnixMs, seconds, again, result }: Outcome): JUnitSuite {
  const { scenario, seed, file } = job;
  const name = `${scenario.name}.seed-${seed}`;
  const facts = { file, seed, kinds: kindsOf(scenario).join(" "), again };
  const lived = "lives through the scenario";
  if (result instanceof Error) {
    const problem = {
      kind: "error",
      type: result.name,
      message: result.message,
      text: `${result.stack}\nAgain: ${again}`,
    } as const;
    return {
      name,
      startedUnixMs,
      seconds,
      properties: facts,
      cases: [{ name: lived, seconds, problem }],
      output: "",
    };
  }
  const { virtualSeconds, digest, expectations, faults } = result;
  return {
    name,
    startedUnixMs,
    seconds,
    properties: { ...facts, virtualSeconds, digest },
    cases: [{ name: lived, seconds }, ...expectations.map((one) => expectationCase(one, seed, again))],
    output: faults.map((fault) => `fault: ${fault}\n`).join(""),
  };
}

/** @param again the command that shows it again */
export function expectationCase(one: ExpectationResult, seed: number, again: string): JUnitCase {
  const message = `${expectationWords(one)}, with seed ${seed}`;
  const problem = { kind: "failure", type: "expectation", message, text: `Again: ${again}` } as const;
  return { name: one.path, seconds: 0, ...(one.met ? {} : { problem }) };
}
