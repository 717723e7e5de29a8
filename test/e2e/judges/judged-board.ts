import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as realPause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Place } from "#devices/part.ts";
import type { TwinEnvironment } from "#sim/chips/twin.ts";
import { splitmix32 } from "#sim/world/random.ts";
import { KernelBench } from "#test/kernel/kernel-bench.ts";
import type { Answer, Question } from "./judge-process.ts";

const judgeProcess = fileURLToPath(new URL("./judge-process.ts", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A simulated board in real time, for programs that others wrote: they open its device nodes, and know of nothing. */
export class JudgedBoard extends KernelBench {
  readonly #word = splitmix32(1);
  readonly #judges: Judge[] = [];

  solder<T>(definition: { create(environment: TwinEnvironment): T }, place: Place): T {
    const random = () => this.#word() / 2 ** 32;
    return definition.create({ loop: this.loop, random, place, wiring: this.board });
  }

  /** Starts test/e2e/judges/programs/`program` in a process of its own. */
  async judge(program: string): Promise<Judge> {
    const judge = new Judge(program, this.env);
    this.#judges.push(judge);
    await judge.ready;
    return judge;
  }

  /** Real time passes, and so does the board's. */
  readonly pass = (ms: number): Promise<void> => realPause(ms);

  override async close(): Promise<void> {
    for (const judge of this.#judges) await judge.close();
    await super.close();
  }
}

/** A driver by somebody else, in a process whose addons are the real ones. */
export class Judge {
  readonly ready: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(program: string, env: NodeJS.ProcessEnv) {
    const args = ["--import", "tsx", judgeProcess, program];
    this.#child = spawn(process.execPath, args, { cwd: root, env, stdio: ["pipe", "pipe", "inherit"] });
    this.#answers = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.ready = this.#answer(program);
  }

  /** What the program's function `name` gives. Rejects with what it throws. */
  ask<T>(name: string, ...args: readonly unknown[]): Promise<T> {
    const question: Question = { name, args };
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    return this.#answer(name) as Promise<T>;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #answer(what: string): Promise<unknown> {
    const { value: line, done } = await this.#answers.next();
    if (done) throw new Error(`the judge ended before it answered ${what}`);
    const { value, error } = JSON.parse(line) as Answer;
    if (error !== undefined) throw new Error(error);
    return value;
  }
}
