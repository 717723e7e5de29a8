import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cacheFolder, compiled } from "./compiled.ts";
import { EnvironmentError } from "./environment-error.ts";

describe("a C file", () => {
  let folder: string;
  let source: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plinth-compiled-"));
    source = join(folder, "seven.c");
    writeFileSync(source, "int main(void) { return 7; }\n");
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  const exitCode = (program: string) => {
    try {
      execFileSync(program);
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };

  it("becomes a program, and by another kind a shared library", async () => {
    expect(exitCode(await compiled(source, "program"))).toBe(7);
    const library = await compiled(source, "shared");
    expect(execFileSync("od", ["-An", "-c", "-N4", library], { encoding: "utf8" })).toMatch(
      /177\s+E\s+L\s+F/,
    );
  });

  it("is compiled once, also when several ask at the same time, and leaves nothing unfinished", async () => {
    const [one, ...others] = await Promise.all([1, 2, 3].map(() => compiled(source, "program")));
    expect(others).toEqual([one, one]);
    const made = statSync(one!, { bigint: true }).mtimeNs;
    await compiled(source, "program");
    expect(statSync(one!, { bigint: true }).mtimeNs).toBe(made);
    expect(readdirSync(dirname(one!))).toEqual(["seven"]);
  });

  it("is compiled anew when it changed", async () => {
    const before = await compiled(source, "program");
    writeFileSync(source, "int main(void) { return 8; }\n");
    const after = await compiled(source, "program");
    expect([exitCode(before), exitCode(after)]).toEqual([7, 8]);
  });

  it("says where it is wrong", async () => {
    writeFileSync(source, "int main(void) { return seven; }\n");
    const refused = compiled(source, "program");
    await expect(refused).rejects.toBeInstanceOf(EnvironmentError);
    await expect(refused).rejects.toThrow(/seven\.c:1:25: error/);
  });

  it("says how to come by a compiler where there is none", async () => {
    vi.stubEnv("CC", "no-such-compiler");
    const refused = compiled(source, "program");
    await expect(refused).rejects.toBeInstanceOf(EnvironmentError);
    await expect(refused).rejects.toThrow(/no C compiler "no-such-compiler".*apt install gcc/);
  });

  it("says how to choose another cache where this one cannot be written", async () => {
    vi.stubEnv("XDG_CACHE_HOME", source);
    await expect(compiled(source, "program")).rejects.toThrow(/seven\.c\/plinth.*set XDG_CACHE_HOME/);
  });

  it("is kept below the home folder by default, and where the variable is not a whole path", () => {
    vi.stubEnv("HOME", "/home/someone");
    for (const unusable of ["", "relative/cache"]) {
      vi.stubEnv("XDG_CACHE_HOME", unusable);
      expect(cacheFolder()).toBe("/home/someone/.cache/plinth");
    }
  });
});
