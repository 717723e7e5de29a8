import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Board } from "#sim/board.ts";
import { type OfferedBoard, type OfferOptions, offerBoard } from "#sim/hil/offer.ts";
import { EventLoop } from "#sim/loop.ts";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The repository's root, where the programs that are tried run. */
const root = fileURLToPath(new URL("../..", import.meta.url));

/** A simulated board in real time, offered to the programs of this machine. */
export class KernelBench {
  readonly loop = new EventLoop(Date.UTC(2026, 5, 21));
  readonly board: Board;
  #offered: OfferedBoard | undefined;
  #pacing: Promise<void> | undefined;

  constructor(fastBuses: readonly number[] = []) {
    this.board = new Board(this.loop, fastBuses);
  }

  /** When all parts are soldered. */
  async offer(options: Omit<OfferOptions, "loop"> = {}): Promise<OfferedBoard> {
    this.#offered = await offerBoard(this.board, { loop: this.loop, ...options });
    this.#pacing = this.loop.pace(
      () => 1,
      () => performance.now(),
    );
    return this.#offered;
  }

  /** Environment of a program that meets the board. */
  get env(): NodeJS.ProcessEnv {
    return { ...process.env, ...this.#offered?.env };
  }

  async run(program: string, ...args: string[]): Promise<Outcome> {
    const child = spawn(program, args, { cwd: root, env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    const code = new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("exit", resolve),
    );
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, stdout, stderr };
  }

  async close(): Promise<void> {
    await this.#offered?.close();
    this.loop.stop();
    await this.#pacing;
  }
}
