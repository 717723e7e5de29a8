import { spawn } from "node:child_process";
import { once } from "node:events";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { offerBoardInKernel } from "#sim/hil/time-travel/offer.ts";
import { EventLoop } from "#sim/loop.ts";
import { callBoard } from "./call-board.ts";

/** In a guest: `guest-calls program args…` runs a program of Node beside a `callBoard`. */
const loop = new EventLoop(systemWallMs());
const board = callBoard(loop);
const following = loop.follow(systemWallMs);
const offered = await offerBoardInKernel(board, { loop });
const child = spawn(process.execPath, process.argv.slice(2), {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, ...offered.env },
});
const [code] = (await once(child, "exit")) as [number | null];
await offered.close();
loop.stop();
await following;
process.exitCode = code ?? 1;
