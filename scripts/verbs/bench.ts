import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { EnvironmentError } from "#sim/hil/environment-error.ts";
import type { Benchmark } from "../bench/benchmark.ts";
import { machine, machineLine } from "../bench/machine.ts";
import { markdown } from "../bench/report.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { outputFolder } from "../output-folder.ts";
import { UserError } from "../user-error.ts";

/** Loaded when asked for: other verbs start without the simulator. */
const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  street: async () => (await import("../bench/street.ts")).street,
  kinds: async () => (await import("../bench/kinds.ts")).kinds,
  memory: async () => (await import("../bench/memory.ts")).memory,
  outbox: async () => (await import("../bench/outbox.ts")).outbox,
  page: async () => (await import("../bench/page.ts")).page,
  edge: async () => (await import("../bench/edge.ts")).edge,
  kernel: async () => (await import("../bench/kernel.ts")).kernel,
  sample: async () => (await import("../bench/sample.ts")).sample,
};
const names = Object.keys(benchmarks);

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

export function register(program: Command): void {
  program
    .command("bench")
    .description("Measure speed and memory, each against a named peer in the same run")
    .argument("[name...]", `which: ${names.join(", ")} (default: all)`)
    .option("--quick", "short and few repetitions: to see that it works, not to quote")
    .option("--json", "print the results as one JSON object")
    .option("--out <folder>", "also write <name>.md there")
    .addHelpText(
      "after",
      `
Nothing else should run meanwhile. A figure is a median, with the lowest and highest run in brackets; subjects
and peers take turns. An aim that is not met is said, and is no error.

kernel and edge run bundles on simulated boards and need a C compiler; kernel also the time-travel depth, which it sets
up at first use (plinth hil --setup timetravel), and edge mosquitto.

Example:
  plinth bench street --quick
${exitCodesHelp}`,
    )
    .action(bench);
}

async function bench(
  chosen: readonly string[],
  { quick = false, json = false, out }: Options,
): Promise<void> {
  const results: Record<string, unknown> = {};
  const loaders = loadersOf(chosen);
  if (out !== undefined) await outputFolder(out);
  for (const load of loaders) {
    const { name, title, run } = await load();
    const where = machine();
    const say = (line: string) => console.error(`${name}: ${line}`);
    const result = await run({ quick, say }).catch(explainLack);
    results[name] = { title, machine: where, quick, ...result };
    const again = `npx plinth bench ${name}${quick ? " --quick" : ""}`;
    const text = `## ${title}\n\n${machineLine(where)}. Again: \`${again}\`.\n\n${markdown(result)}\n`;
    if (!json) console.log(text);
    if (out !== undefined) await writeFile(join(out, `${name}.md`), text.replace(/^#/gm, "").trimStart());
  }
  if (json) console.log(JSON.stringify(results, undefined, 2));
}

/** Of a compiler, of what a guest's kernel is built from. */
function explainLack(error: unknown): never {
  if (error instanceof EnvironmentError) throw new UserError(error.message, exitCodes.environment);
  throw error;
}

function loadersOf(chosen: readonly string[]): (() => Promise<Benchmark>)[] {
  return (chosen.length === 0 ? names : chosen).map((name) => {
    const load = benchmarks[name];
    if (load) return load;
    throw new UserError(
      `there is no benchmark "${name}"`,
      exitCodes.usage,
      `Benchmarks: ${names.join(", ")}`,
    );
  });
}
