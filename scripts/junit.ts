import { hostname } from "node:os";

/** Why a case did not pass: a `failure` was looked for and found, an `error` came unexpected. */
export interface JUnitProblem {
  readonly kind: "failure" | "error";
  /** In JUnit's words the class of the exception; here what was broken: `expectation`, `refused`. */
  readonly type: string;
  readonly message: string;
  /** What a person needs to go on: the command that shows it again, a stack. */
  readonly text: string;
}

export interface JUnitCase {
  readonly name: string;
  /** Seconds of wall time, as JUnit counts. */
  readonly seconds: number;
  readonly problem?: JUnitProblem;
}

export interface JUnitSuite {
  /** Dots part a path: GitLab, Jenkins and others show a tree of it. */
  readonly name: string;
  readonly startedUnixMs: number;
  /** Seconds of wall time. */
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly cases: readonly JUnitCase[];
  /** What the suite printed. */
  readonly output: string;
}

/**
 * A report in JUnit's XML, such that it holds against both schemas in use: that of Ant's task (windyroad's JUnit.xsd)
 * and that of Jenkins (jenkins-junit.xsd).
 */
export const junitXml = (suites: readonly JUnitSuite[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<testsuites>",
    ...suites.flatMap(suite),
    "</testsuites>",
    "",
  ].join("\n");

function suite(
  { name, startedUnixMs, seconds, properties, cases, output }: JUnitSuite,
  index: number,
): string[] {
  const count = (kind: JUnitProblem["kind"]) => cases.filter(({ problem }) => problem?.kind === kind).length;
  const head = attributes({
    name,
    package: name,
    id: index,
    timestamp: new Date(startedUnixMs).toISOString().slice(0, 19),
    hostname: hostname(),
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    time: seconds.toFixed(3),
  });
  return [
    `  <testsuite${head}>`,
    "    <properties>",
    ...Object.entries(properties).map(
      ([property, value]) => `      <property${attributes({ name: property, value })}/>`,
    ),
    "    </properties>",
    ...cases.flatMap((one) => testCase(one, name)),
    `    <system-out>${escaped(output)}</system-out>`,
    "    <system-err></system-err>",
    "  </testsuite>",
  ];
}

function testCase({ name, seconds, problem }: JUnitCase, classname: string): string[] {
  const head = `    <testcase${attributes({ name, classname, time: seconds.toFixed(3) })}`;
  if (!problem) return [`${head}/>`];
  const { kind, type, message, text } = problem;
  return [
    `${head}>`,
    `      <${kind}${attributes({ type, message })}>${escaped(text)}</${kind}>`,
    "    </testcase>",
  ];
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(`${value}`).replace(/["\n\t]/g, reference)}"`)
    .join("");

/** What XML 1.0 has no way to say, not even as a reference (section 2.2), becomes U+FFFD. */
const unsayable = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** A reader would take a carriage return for the end of a line (section 2.11), unless it is a reference. */
const escaped = (text: string) => text.replace(unsayable, "\u{fffd}").replace(/[&<>\r]/g, reference);

const reference = (character: string) => `&#${character.codePointAt(0)};`;
