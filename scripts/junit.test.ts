import { expect, it } from "vitest";
import { junitXml } from "./junit.ts";

// Against the published schemas, and read by a parser: test/e2e/junit.test.ts.
it("writes a suite with its counts, its properties and what went wrong, and says any text", () => {
  const problem = {
    kind: "failure",
    type: "expectation",
    message: 'a "is" 3 <&> 0\n',
    text: "Again: x\u0007",
  } as const;
  const xml = junitXml([
    {
      name: "winter-night.seed-7",
      startedUnixMs: Date.UTC(2025, 11, 21, 16, 0, 7),
      seconds: 3.6,
      properties: { seed: 7 },
      cases: [
        { name: "lives", seconds: 3.6 },
        { name: "records.lost", seconds: 0, problem },
        { name: "boom", seconds: 0, problem: { ...problem, kind: "error", type: "RangeError" } },
      ],
      output: "fault: unplug\n",
    },
  ]);
  expect(xml).toMatch(/<testsuite name="winter-night\.seed-7" .*timestamp="2025-12-21T16:00:07"/);
  expect(xml).toContain('tests="3" failures="1" errors="1" time="3.600">');
  expect(xml).toContain('<property name="seed" value="7"/>');
  expect(xml).toContain('<testcase name="lives" classname="winter-night.seed-7" time="3.600"/>');
  // Section 2.4 of XML 1.0 for references, 2.2 for what it cannot say, 3.3.3 for an attribute's end of line.
  expect(xml).toContain(
    '<failure type="expectation" message="a &#34;is&#34; 3 &#60;&#38;&#62; 0&#10;">Again: x\ufffd</failure>',
  );
  expect(xml).toContain('<error type="RangeError"');
  expect(xml).toContain("<system-out>fault: unplug\n</system-out>");
});
