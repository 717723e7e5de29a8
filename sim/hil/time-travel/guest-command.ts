import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { readStreet } from "../../scenario/unit-scenario.ts";
import { lendBoard } from "../lent-board.ts";
import type { CommandJob } from "./command-in-kernel.ts";
import { offerBoardInKernel } from "./offer.ts";

/** The program that runs a command on a unit's board in a guest: `guest-command job.json`. It exits as the command does. */
const { text, file, seed, startUnixMs, unit, version, command }: CommandJob = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);
const lent = await lendBoard({
  scenario: await readStreet(text, file, { startUnixMs, nowMs: startUnixMs }),
  seed,
  unit,
  version,
  machine: { offer: offerBoardInKernel, isAtStreetTime: true },
});
const [program, ...args] = command;
const child = spawn(program, args, {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, ...lent.env },
});
const [code, signal] = await Promise.race([
  once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>,
  once(child, "error").then(([error]) => {
    console.error(`error: ${(error as Error).message}`);
    // As env(1) exits when there is no such program.
    return [127, null] as const;
  }),
]);
process.exitCode = signal === null ? code! : 128 + constants.signals[signal];
await lent.close();
