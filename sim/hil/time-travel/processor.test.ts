import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { nextProcessor, processorsIn } from "./processor.ts";

it("reads the kernel's lists of processors", () => {
  // The examples of cpuset(7), "List format".
  expect(processorsIn("0-4,9")).toEqual([0, 1, 2, 3, 4, 9]);
  expect(processorsIn("0-2,7,12-14\n")).toEqual([0, 1, 2, 7, 12, 13, 14]);
});

it("gives guests one processor after the other, of those that this process may use", () => {
  const given = [nextProcessor(), nextProcessor(), nextProcessor()];
  expect(new Set(given).size).toBe(Math.min(3, availableParallelism()));
});
