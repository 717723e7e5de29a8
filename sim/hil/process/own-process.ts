import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "#devices/ports/clock.ts";
import type { Board } from "../../board.ts";
import type { Broker } from "../../broker.ts";
import type { EventLoop } from "../../loop.ts";
import { VirtualStore } from "../../ports/store.ts";
import type { Host, Hosted, Life, LifeListener } from "../../street/host.ts";
import { networkTimeMs } from "../../street/in-process.ts";
import type { OfferedBoard } from "../offer.ts";
import { unitFile } from "../unit-file.ts";
import { UnitFromOutside } from "../unit-from-outside.ts";
import { ProcessLife } from "./process-life.ts";

export interface OwnProcessOptions {
  /** Paced by real time. */
  readonly loop: EventLoop;
  /** The bundle's program, as it goes onto a board: `streetlight.js`. */
  readonly program: string;
  /** The unit's own, for its configuration and its data. */
  readonly folder: string;
  readonly broker: Broker;
  readonly offer: (board: Board) => Promise<OfferedBoard>;
  /** As a host has it. */
  readonly lacking?: string | undefined;
  /** Of the unit's process, beside what the offered board needs. */
  readonly env: (offered: OfferedBoard) => Readonly<Record<string, string>>;
  /** Of its Node, beside those of a board. */
  readonly moreNodeFlags?: readonly string[] | undefined;
  /** Real time, for a process that does not end when it is told to. */
  readonly clock: Clock;
}

/** As on a board: deploy/plinth.service. */
export const nodeFlags = [
  "--max-old-space-size=96",
  "--max-semi-space-size=1",
  "--optimize-for-size",
] as const;
/** Where systemd-timesyncd tells that the clock is right: see `systemWallQuality`. */
const synchronized = "run/systemd/timesync/synchronized";

/**
 * A unit's bundle in a process of its own, unmodified, on the board as it is offered to the processes of this machine.
 * Its medium is a folder of this machine: a power cut takes nothing from it that the process had written, synced or
 * not. GPIO lines stay exported and driven when the process dies, as the kernel leaves them, and are given up when the
 * supply goes.
 */
export class OwnProcess implements Host {
  readonly #hosted: Hosted;
  readonly #options: OwnProcessOptions;
  readonly #outside: UnitFromOutside;
  /** While the board has its supply. */
  #offered: Promise<OfferedBoard> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #life: ProcessLife | undefined;

  constructor(hosted: Hosted, options: OwnProcessOptions) {
    this.#hosted = hosted;
    this.#options = options;
    this.#outside = new UnitFromOutside(hosted.declaration, hosted.config);
  }

  /** That a board cannot be offered is told by the life that should have had it. */
  async prepare(): Promise<void> {
    this.#offered ??= this.#offer();
    await this.#offered.catch(() => {});
  }

  begin(_epoch: string, listener: LifeListener): Life {
    const { loop, program, broker, clock, env, moreNodeFlags = [] } = this.#options;
    this.#offered ??= this.#offer();
    const ready = Promise.all([this.#offered, this.#configured()]).then(([offered, config]) => ({
      args: [
        ...[...nodeFlags, ...moreNodeFlags, program],
        ...["--config", config, "--data", this.#data, "--log-level", "debug"],
      ],
      env: env(offered),
    }));
    this.#life = new ProcessLife({ loop, broker, clock, ready, listener, outside: this.#outside });
    return this.#life;
  }

  get lacking(): string | undefined {
    return this.#options.lacking;
  }

  /** Of the process that was started last; undefined before there was one. */
  get pid(): number | undefined {
    return this.#life?.pid;
  }

  powerCut(): void {
    this.#giveBack();
  }

  async medium(): Promise<VirtualStore> {
    const copy = new VirtualStore();
    for (const name of await readdir(this.#data).catch(() => []))
      if (!name.startsWith(".")) copy.replace(name, await readFile(join(this.#data, name)));
    return copy;
  }

  async close(): Promise<void> {
    this.#giveBack();
    await this.#closing;
  }

  get #data(): string {
    return join(this.#options.folder, "data");
  }

  async #offer(): Promise<OfferedBoard> {
    await this.#closing;
    const { loop, offer } = this.#options;
    const offered = await offer(this.#hosted.board);
    const isCurrent = this.#offered;
    loop.at(loop.now + networkTimeMs, () => {
      if (this.#offered === isCurrent) void touch(offered.folder).catch(() => {});
    });
    return offered;
  }

  /** Waits for one that is being offered just now. */
  #giveBack(): void {
    const offered = this.#offered;
    this.#offered = undefined;
    if (offered)
      this.#closing = offered.then(
        (board) => board.close(),
        () => {},
      );
  }

  async #configured(): Promise<string> {
    const { folder, broker } = this.#options;
    const { config, declaration } = this.#hosted;
    await mkdir(folder, { recursive: true });
    const path = join(folder, "unit.yaml");
    await writeFile(path, unitFile({ ...config, broker: { url: broker.url } }, declaration));
    return path;
  }
}

async function touch(folder: string): Promise<void> {
  const path = join(folder, synchronized);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, "");
}
