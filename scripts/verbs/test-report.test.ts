import { expect, it } from "vitest";
import { tally } from "./test-report.ts";

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

it("counts tests", () => {
  const testResults = [file("passed", "passed", "passed"), file("failed", "passed", "failed")];
  expect(tally({ numPassedTests: 3, numFailedTests: 1, testResults })).toEqual({ passed: 3, failed: 1 });
});

it("counts a file that would not load as a failure", () => {
  const testResults = [file("passed", "passed"), file("failed"), file("failed")];
  expect(tally({ numPassedTests: 1, numFailedTests: 0, testResults })).toEqual({ passed: 1, failed: 2 });
});

it("counts no report at all as a failure", () => {
  expect(tally(undefined)).toEqual({ passed: 0, failed: 1 });
});
