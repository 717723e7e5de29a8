import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "#scripts/root.ts";
import { makeDocs } from "#sim/docs/docs.ts";
import { type Judgement, judgements, unjudged } from "#sim/docs/judgements.ts";
import packageJson from "../../package.json" with { type: "json" };
import { catalogue } from "./catalogue.ts";

/** What the reference says of second judges, held against the tests that it speaks of. */
const read = (file: string) => readFileSync(join(root, file), "utf8");
const parts = [...new Set((await catalogue()).map(({ part }) => part.id))];
const packages: Readonly<Record<string, string>> = {
  ...packageJson.devDependencies,
  ...packageJson.dependencies,
};

/** `import ... from "#sim/chips/bme280.ts"`: the twin that a test solders. */
const solders = (test: string, part: string) => read(test).includes(`"#sim/chips/${part}.ts"`);

describe("what is said of second judges", () => {
  it("speaks of every part, and of no other: who judged it, or why nobody did", () => {
    const judged = judgements.flatMap((one) => one.parts);
    expect([...new Set([...judged, ...Object.keys(unjudged)])].sort()).toEqual([...parts].sort());
    expect(judged.filter((part) => part in unjudged)).toEqual([]);
    expect(new Set(judged).size).toBeGreaterThanOrEqual(20);
  });

  it.each(judgements)("is held by a test: $from's $judge of $parts", ({ from, test, judge, parts: its }) => {
    for (const part of its) expect([part, solders(test, part)]).toEqual([part, true]);
    // Which drivers the kernel binds is held where it binds them.
    if (from !== "Linux") expect(read(test)).toContain(judge);
  });

  it("names the version of npm's that the tests run", () => {
    const npm = judgements.filter(({ from }) => from === "npm");
    expect(npm.length).toBeGreaterThanOrEqual(10);
    for (const { judge, version } of npm) expect([judge, packages[judge]]).toEqual([judge, version]);
  });

  it("is of Debian's that CI installs", () => {
    const script = read(".ci/run");
    const inScript = ({ judge }: Judgement) =>
      judge.replace(/^python3-/, "").replace(/^libnfc$/, "libnfc-bin");
    const debian = judgements.filter(({ from }) => from === "Debian");
    expect(debian.length).toBeGreaterThanOrEqual(4);
    for (const judgement of debian) expect(script).toMatch(new RegExp(`:${inScript(judgement)}\\b`));
  });

  it("has every trial by a driver of the kernel", () => {
    const trials = [...read("test/e2e/judges/kernel-trials.ts").matchAll(/^ {2}(\w+): \(solder\)/gm)];
    const linux = judgements.filter(({ from }) => from === "Linux").flatMap((one) => one.parts);
    expect(trials.map(([, part]) => part).sort()).toEqual([...linux].sort());
  });

  it("leaves no judge's test out", () => {
    const listed = (folder: string) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => `${folder}/${file}`);
    const spoken = new Set(
      judgements.map(({ test }) => test.replace("kernel-trials.ts", "kernel-drivers.test.ts")),
    );
    expect(
      [...listed("test/e2e/judges"), ...listed("test/sweep/judges")].filter((file) => !spoken.has(file)),
    ).toEqual([]);
  });

  it("is on a page, and on each part's own", async () => {
    const docs = await makeDocs();
    expect(docs.get("index.html")).toContain('href="judges.html"');
    for (const { parts: its, agreed } of judgements)
      for (const part of its)
        for (const page of ["judges.html", `chips/${part}.html`]) expect(docs.get(page)).toContain(agreed);
  });
});
