import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { judgements } from "#sim/docs/judgements.ts";
import { guestProgram } from "#sim/hil/time-travel/guest-program.ts";
import { runInTimeTravel } from "#sim/hil/time-travel/run.ts";
import { trials } from "./kernel-trials.ts";
import type { Verdict } from "./kernel-verdict.ts";

/** A kernel that is not built yet takes minutes. */
const setUpMs = 30 * 60_000;

describe("Linux's own driver", () => {
  let verdicts: ReadonlyMap<string, Verdict> = new Map();

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "plinth-drivers-"));
    const program = await guestProgram(join(import.meta.dirname, "kernel-guest.ts"), folder);
    const startUnixMs = Date.parse("2025-12-21T11:00:00Z");
    const command = [process.execPath, program];
    const { stdout, stderr, exitCode } = await runInTimeTravel({ command, startUnixMs, folders: [folder] });
    await rm(folder, { recursive: true });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    verdicts = new Map(lines.map((line) => JSON.parse(line) as Verdict).map((one) => [one.part, one]));
  }, setUpMs);

  it.each(Object.keys(trials))("of the %s reads and drives the twin", (part) => {
    const { error, driver, findings } = verdicts.get(part)!;
    expect(error).toBeUndefined();
    const said = judgements.find(({ from, parts }) => from === "Linux" && parts.includes(part));
    expect(driver).toBe(said?.judge);
    expect(findings.length).toBeGreaterThanOrEqual(3);
    const wrong = findings.filter(({ found, expected, within }) => !(Math.abs(found - expected) <= within));
    expect(wrong).toEqual([]);
  });
});
