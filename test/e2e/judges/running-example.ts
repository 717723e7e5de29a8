import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { root } from "#scripts/root.ts";

const program = fileURLToPath(new URL("./example-process.ts", import.meta.url));

/** What runs an example, as a command. */
export const commandOf = (example: string) =>
  [process.execPath, "--import", "tsx", program, example] as const;

/** A published example in a process of its own, with its prompt. */
export class RunningExample {
  /** Lines that it printed, without the prompt before them. */
  readonly said: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  #complaints = "";

  constructor([command, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv) {
    this.#child = spawn(command, args, { cwd: root, env });
    createInterface({ input: this.#child.stdout }).on("line", (line) =>
      this.said.push(line.replace(/^(>> )+/, "")),
    );
    this.#child.stderr.on("data", (chunk) => {
      this.#complaints += chunk;
    });
  }

  /** Types a line at its prompt. */
  readonly type = (line: string): void => void this.#child.stdin.write(`${line}\n`);

  /** Ends it. Throws when it had complained, or had ended by itself. */
  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGKILL");
      await ended;
    }
    if (exitCode !== null || this.#complaints)
      throw new Error(`an example complained, or ended by itself (${exitCode}): ${this.#complaints}`);
  }
}
