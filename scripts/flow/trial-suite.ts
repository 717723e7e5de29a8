import type { JUnitCase, JUnitSuite } from "../junit.ts";
import { expectationCase } from "../run/outcome.ts";
import type { Trial } from "./trial.ts";
import { flowResultWords, unitAnswerWords } from "./trial-report.ts";

export interface TrialContext {
  /** The flow's and the scenario's file. */
  readonly files: { readonly flow: string; readonly scenario: string };
  readonly startedUnixMs: number;
  /** The command that shows the same again. */
  readonly again: string;
}

/**
 * A trial as JUnit has it: cases for running the flow without an error in Node-RED, for what each unit answers, for
 * what nodes get, and for what the scenario expects.
 */
export function trialSuite(trial: Trial, { files, startedUnixMs, again }: TrialContext): JUnitSuite {
  const { summary, units, expectations, errors } = trial;
  const { seed, scenario, wallSeconds, virtualSeconds } = summary;
  const judged = (name: string, passed: boolean, type: string, message: string): JUnitCase => {
    const problem = { kind: "failure", type, message, text: `Again: ${again}` } as const;
    return { name, seconds: 0, ...(passed ? {} : { problem }) };
  };
  const ran = judged("runs without an error in Node-RED", errors.length === 0, "Node-RED", errors.join("\n"));
  return {
    name: `flow.${scenario}.seed-${seed}`,
    startedUnixMs,
    seconds: wallSeconds,
    properties: { ...files, seed, again, virtualSeconds },
    cases: [
      { ...ran, seconds: wallSeconds },
      ...units.map((unit) =>
        judged(
          `${unit.site}/${unit.unit} applies the flow`,
          unit.state === "applied",
          "settings",
          unitAnswerWords(unit),
        ),
      ),
      ...expectations.map((one, index) =>
        judged(`${index + 1}: ${one.node}`, one.met, "message", flowResultWords(one)),
      ),
      ...summary.expectations.map((one) => expectationCase(one, seed, again)),
    ],
    output: summary.faults.map((fault) => `fault: ${fault}\n`).join(""),
  };
}
