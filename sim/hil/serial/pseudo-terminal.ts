import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { LineSpeed } from "#devices/ports/serial.ts";
import { compiled } from "../compiled.ts";
import { EnvironmentError } from "../environment-error.ts";
import { allowance, deliveries, holding, readings, type TtyEvent, TtyEventReader } from "./frames.ts";

/** C source of the program that holds a pseudo-terminal. */
export const terminalSource = fileURLToPath(new URL("plinth-pty.c", import.meta.url));

export interface PseudoTerminalSettings {
  /** Where programs open it: a symbolic link to the slave that is theirs now. */
  readonly link: string;
  /** A folder for the sockets at which a preloaded library makes good what pseudo-terminals cannot. */
  readonly doors: string | undefined;
  readonly onEvent: (event: TtyEvent) => void;
}

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

/** A pseudo-terminal of this machine, whose master a process of its own holds: plinth-pty.c. */
export class PseudoTerminal {
  readonly #holder: Holder;
  readonly #ended: Promise<unknown>;

  private constructor(holder: Holder) {
    this.#holder = holder;
    this.#ended = once(holder, "close");
    // What is said to one that ended meanwhile is of no use to anybody; that it ended, `close` tells.
    holder.stdin.on("error", () => {});
  }

  /** Resolves when `link` can be opened. Rejects with EnvironmentError where this machine cannot. */
  static async open({ link, doors, onEvent }: PseudoTerminalSettings): Promise<PseudoTerminal> {
    const words = doors === undefined ? [link] : [link, doors];
    const holder = spawn(await compiled(terminalSource, "program"), words, {
      stdio: ["pipe", "pipe", "pipe"],
    });
    const pty = new PseudoTerminal(holder);
    const reader = new TtyEventReader();
    const complaints: Buffer[] = [];
    holder.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    await new Promise<void>((resolve, reject) => {
      holder.once("error", reject);
      holder.once("close", () => {
        reject(new EnvironmentError(`no pseudo-terminal for ${link}: ${Buffer.concat(complaints)}`.trim()));
        onEvent({ kind: "closed" });
      });
      holder.stdout.on("data", (chunk: Buffer) => {
        for (const event of reader.read(chunk)) {
          if (event.kind === "ready") resolve();
          else onEvent(event);
        }
      });
    });
    return pty;
  }

  /** So many more bytes may be taken of what programs write: none to begin with. */
  allow(count: number): void {
    this.#holder.stdin.write(allowance(count));
  }

  /** Bytes from the wire. A program that reads at other settings gives them back, as the event `misread`. */
  deliver(bytes: Uint8Array, sent: LineSpeed): void {
    for (const frame of deliveries(bytes, sent)) this.#holder.stdin.write(frame);
  }

  /** Bytes as a program reads them, whatever its settings. */
  deliverAsRead(bytes: Uint8Array): void {
    for (const frame of readings(bytes)) this.#holder.stdin.write(frame);
  }

  /** Nothing leaves: a program's write blocks at once, until it is held no more. */
  hold(isHeld: boolean): void {
    this.#holder.stdin.write(holding(isHeld));
  }

  /** Programs that have it open see it hang up; the link is gone. */
  async close(): Promise<void> {
    this.#holder.stdin.end();
    await this.#ended;
  }
}
