import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { Benchmark } from "../bench/benchmark.ts";
import { machine, machineLine } from "../bench/machine.ts";
import { memory } from "../bench/memory.ts";
import { outbox } from "../bench/outbox.ts";
import { markdown } from "../bench/report.ts";
import { street } from "../bench/street.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";

const benchmarks: readonly Benchmark[] = [street, memory, outbox];

interface Options {
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

export function register(program: Command): void {
  program
    .command("bench")
    .description("Measure speed and memory, each against a named peer in the same run")
    .argument("[name...]", `which: ${benchmarks.map(({ name }) => name).join(", ")} (default: all)`)
    .option("--quick", "short and few repetitions: to see that it works, not to quote")
    .option("--json", "print the results as one JSON object")
    .option("--out <folder>", "also write <name>.md there")
    .addHelpText(
      "after",
      `
Nothing else should run meanwhile. A figure is a median, with the lowest and highest run in brackets; subjects
and peers take turns. An aim that is not met is said, and is no error.

Example:
  plinth bench street --quick
${exitCodesHelp}`,
    )
    .action(bench);
}

async function bench(names: readonly string[], { quick = false, json = false, out }: Options): Promise<void> {
  const results: Record<string, unknown> = {};
  for (const { name, title, run } of chosen(names)) {
    const where = machine();
    const result = await run({ quick, say: (line) => console.error(`${name}: ${line}`) });
    results[name] = { title, machine: where, quick, ...result };
    const again = `npx plinth bench ${name}${quick ? " --quick" : ""}`;
    const text = `## ${title}\n\n${machineLine(where)}. Again: \`${again}\`.\n\n${markdown(result)}\n`;
    if (!json) console.log(text);
    if (out === undefined) continue;
    await mkdir(out, { recursive: true });
    await writeFile(join(out, `${name}.md`), text.replace(/^#/gm, "").trimStart());
  }
  if (json) console.log(JSON.stringify(results, undefined, 2));
}

function chosen(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined)
    throw new UserError(
      `there is no benchmark "${unknown}"`,
      exitCodes.usage,
      `Benchmarks: ${benchmarks.map(({ name }) => name).join(", ")}`,
    );
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
}
