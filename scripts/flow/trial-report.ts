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
    ...units.map(answer),
    ...expectations.map(expectation),
    ...errors.map((line) => `    ✘ ${line}`),
  ].join("\n");

function answer({ site, unit, state, refusals }: UnitAnswer): string {
  const why = refusals.map(({ field, problem, expected }) => `${field} ${problem}, expected ${expected}`);
  return `    ${mark(state === "applied")} ${site}/${unit} ${[state, ...why].join(": ")}`;
}

function expectation({ node, payload, min, max, actual, met }: FlowResult): string {
  const most = max === undefined ? " or more" : max === min ? "" : ` to ${max}`;
  const which = payload === undefined ? "" : ` with ${JSON.stringify(payload)}`;
  return `    ${mark(met)} "${node}" got ${actual} messages${which}, expected ${min}${most}`;
}

const mark = (met: boolean) => (met ? "✔" : "✘");
