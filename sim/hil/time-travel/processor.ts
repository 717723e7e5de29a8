import { readFileSync } from "node:fs";

/**
 * Numbers in a list of processors: `0-2,5` (cpuset(7), Formats for masks and lists).
 * @param list as the kernel writes it
 */
export function processorsIn(list: string): number[] {
  return list
    .trim()
    .split(",")
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

let guests = 0;

/**
 * The processor of the next guest. Its processes take turns, one at a time: on a processor of their own they hand over
 * without waking another one, which is what most of a guest's time would go to. Several guests spread over what there is.
 */
export function nextProcessor(): number {
  const [, list = "0"] =
    /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
  const processors = processorsIn(list);
  return processors[(process.pid + guests++) % processors.length]!;
}
