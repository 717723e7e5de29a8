import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Duration, seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { Broker } from "../../broker.ts";
import type { EventLoop } from "../../loop.ts";
import type { Life, LifeListener, Testimony } from "../../street/host.ts";
import { readLine } from "../journal-line.ts";
import type { UnitFromOutside } from "../unit-from-outside.ts";

export interface ProcessLifeOptions {
  readonly loop: EventLoop;
  readonly broker: Broker;
  readonly clock: Clock;
  /** Rejects when the process cannot begin. */
  readonly ready: Promise<{
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }>;
  readonly listener: LifeListener;
  readonly outside: UnitFromOutside;
}

/** A process that was told to end gets this long before it is killed. */
const goodbye: Duration = seconds(15);

/** One life of a bundle in a process of its own: its journal is what it writes to its standard output. */
export class ProcessLife implements Life {
  readonly begun: Promise<void>;
  readonly #options: ProcessLifeOptions;
  readonly #outside: UnitFromOutside;
  readonly #startedMs: number;
  readonly #stopHearing: Cancel;
  #child: ChildProcess | undefined;
  #told: () => void = () => {};
  #isStopping = false;
  #isOver = false;
  /** What it wrote is read to the end, and it is gone. */
  readonly #ended: Promise<void>;

  constructor(options: ProcessLifeOptions) {
    this.#options = options;
    const { broker, loop, outside } = options;
    this.#outside = outside;
    this.#startedMs = loop.now;
    this.#stopHearing = broker.hear((message) => {
      if (!this.#isOver) outside.receive(message);
    });
    const told = new Promise<void>((resolve) => {
      this.#told = resolve;
    });
    this.#ended = this.#run();
    this.begun = Promise.race([told, this.#ended]);
  }

  get testimony(): Testimony | undefined {
    return this.#isOver ? undefined : this.#outside.testimony;
  }

  /** Undefined before it was started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it wrote before is heard still. */
  kill(): void {
    this.#end();
    this.#child?.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    const cancel = this.#options.clock.after(goodbye, () => void this.#child?.kill("SIGKILL"));
    this.#isStopping = true;
    if (this.#child) this.#child.kill("SIGTERM");
    else this.#end();
    await this.#ended;
    cancel();
  }

  #end(): void {
    this.#isOver = true;
    this.#stopHearing();
    this.#outside.ended();
  }

  async #run(): Promise<void> {
    const { ready, listener } = this.#options;
    let how: string;
    try {
      const { args, env } = await ready;
      if (this.#isOver) return;
      how = await this.#live(args, env);
    } catch (error) {
      how = (error as Error).message;
    }
    const isExpected = this.#isOver || this.#isStopping;
    if (!this.#isOver) this.#end();
    if (!isExpected) listener.onDeath(how);
  }

  /** @returns how it ended, in words */
  async #live(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C on a terminal is for the simulator, which ends its units one by one.
      detached: true,
    });
    this.#child = child;
    const closed = once(child, "close");
    const lines = (stream: NodeJS.ReadableStream, read: (line: string) => void) =>
      createInterface({ input: stream }).on("line", read);
    lines(child.stdout, (line) => this.#read(line));
    lines(child.stderr, (line) => this.#hear({ type: "trouble", what: `wrote to standard error: ${line}` }));
    const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null];
    // What it said last comes before the news of its death.
    await new Promise<void>((resolve) => this.#options.loop.fromOutside(resolve));
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  }

  #read(line: string): void {
    const said = readLine(line);
    if (said) this.#hear("event" in said ? said.event : { type: "trouble", what: said.trouble });
  }

  /** What it says is so at the instant at which it says it. */
  #hear(event: UnitEvent): void {
    const { loop, listener } = this.#options;
    loop.fromOutside(() => {
      if (!this.#isOver) this.#outside.hear(event, loop.now - this.#startedMs);
      listener.journal(event);
      if (this.#outside.hasToldOfAllParts) this.#told();
    });
  }
}
