import { onTestFinished, vi } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import type { Bench } from "#test/bench/bench.ts";

/** Until the test is over, `setTimeout` waits on the bench's virtual time: a judge sleeps by nothing else. */
export function sleepOnBench(bench: Bench): void {
  vi.stubGlobal("setTimeout", (run: () => void, ms: number) => bench.clock.after(milliseconds(ms), run));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
}
