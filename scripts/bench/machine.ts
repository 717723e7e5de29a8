import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import packageJson from "../../package.json" with { type: "json" };

/** Where figures were taken: without that they mean nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly plinth: string;
  /** Processes that were ready to run, over the last minute: above the number of cores, figures are too bad. */
  readonly load: number;
}

export const machine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? process.arch,
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  plinth: packageJson.version,
  load: Math.round(loadavg()[0]! * 10) / 10,
});

export const machineLine = ({ processor, cores, memoryGiB, node, plinth, load }: Machine) =>
  `Plinth ${plinth}, Node ${node}, ${processor}, ${cores} cores, ${memoryGiB} GiB, load ${load} before`;
