import type { FlowResult, Trial, UnitAnswer } from "./trial.ts";

/** Whether the flow did all that it must: its units, its expectations, the scenario's, and no error in Node-RED. */
export const passed = ({ summary, units, expectations, errors }: Trial): boolean =>
  units.every(({ state }) => state === "applied") &&
  [...expectations, ...summary.expectations].every(({ met }) => met) &&
  errors.length === 0;

/** For a person: what the units took, what the nodes got, what Node-RED complained of. */
export const trialReport = ({ units, expectations, errors }: Trial): string =>
  [
    "  flow",
    ...units.map((unit) => `    ${mark(unit.state === "applied")} ${unitAnswerWords(unit)}`),
    ...expectations.map((one) => `    ${mark(one.met)} ${flowResultWords(one)}`),
    ...errors.map((line) => `    ✘ ${line}`),
  ].join("\n");

/** What a unit made of what the flow asks of it: `via-roma/lamp-1 applied`. */
export function unitAnswerWords({ site, unit, state, refusals }: UnitAnswer): string {
  const why = refusals.map(({ field, problem, expected }) => `${field} ${problem}, expected ${expected}`);
  return `${site}/${unit} ${[state, ...why].join(": ")}`;
}

/** What a node got beside what it should have. */
export function flowResultWords({ node, payload, min, max, actual }: FlowResult): string {
  const most = max === undefined ? " or more" : max === min ? "" : ` to ${max}`;
  const which = payload === undefined ? "" : ` with ${JSON.stringify(payload)}`;
  return `"${node}" got ${actual} messages${which}, expected ${min}${most}`;
}

const mark = (met: boolean) => (met ? "✔" : "✘");
