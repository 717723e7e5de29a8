import { spawnSync } from "node:child_process";
import { beforeAll, expect, it } from "vitest";
import { compiled } from "../compiled.ts";
import { processEnv, processLibrary } from "./process-env.ts";

const dayMs = 86_400_000;
let library: string;
beforeAll(async () => {
  library = await compiled(processLibrary, "shared");
});

const run = (shiftMs: number, program: string, ...args: string[]) =>
  spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...processEnv({}, library, shiftMs) },
  }).stdout;

it.each([-330 * dayMs, -250, 0, 40 * dayMs + 250])("shows a process a wall clock %i ms ahead", (shiftMs) => {
  const clocks: readonly (readonly [unitMs: number, program: string, ...args: string[]])[] = [
    // V8, coreutils and bash each ask by another call.
    [1, process.execPath, "-e", "console.log(Date.now())"],
    [1, "date", "+%s%3N"],
    [1_000, "bash", "-c", "printf '%(%s)T' -1"],
  ];
  for (const [unitMs, program, ...args] of clocks) {
    const before = Math.floor((Date.now() + shiftMs) / unitMs);
    const shown = Number(run(shiftMs, program, ...args));
    const after = Math.floor((Date.now() + shiftMs) / unitMs);
    // The coarse clock of time(2) is up to a tick late.
    expect([program, shown >= before - 1 && shown <= after]).toEqual([program, true]);
  }
});

it("leaves the monotonic clock alone, by which programs wait", () => {
  const uptime = () => Number(process.hrtime.bigint() / 1_000_000n);
  const before = uptime();
  const shown = Number(
    run(-dayMs, process.execPath, "-e", "console.log(String(process.hrtime.bigint() / 1000000n))"),
  );
  expect(shown).toBeGreaterThanOrEqual(before);
  expect(shown).toBeLessThanOrEqual(uptime());
});

it("comes before what the board needs, and keeps that", () => {
  const env = processEnv({ LD_PRELOAD: "/board.so", PLINTH_HIL: "/tmp/x" }, "/clock.so", 12.4);
  expect(env).toEqual({
    LD_PRELOAD: "/clock.so:/board.so",
    PLINTH_HIL: "/tmp/x",
    PLINTH_CLOCK_SHIFT_MS: "12",
    PLINTH_ENDS_WITH: String(process.pid),
  });
});
