import { spawn } from "node:child_process";
import { once } from "node:events";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { Board } from "#sim/board.ts";
import { offerBoardInKernel } from "#sim/hil/time-travel/offer.ts";
import { EventLoop } from "#sim/loop.ts";
import { FarSide } from "./far-side.ts";
import { farSideEnv } from "./far-side-visitor.ts";
import { wireUp } from "./wiring.ts";

/** In a guest: `board-in-guest command…` runs a command beside the board that the contracts of ports want. */
const [command = "", ...args] = process.argv.slice(2);
const socket = "/tmp/far-side";
const loop = new EventLoop(systemWallMs());
const board = new Board(loop);
wireUp(board, loop);
const far = new FarSide(board, loop);
await far.listen(socket);
const following = loop.follow(systemWallMs);
const offered = await offerBoardInKernel(board, { loop });
const env = { ...process.env, ...offered.env, ...farSideEnv(socket) };
const child = spawn(command, args, { stdio: "inherit", env });
const [code] = (await once(child, "exit")) as [number | null];
await offered.close();
far.close();
loop.stop();
await following;
process.exitCode = code ?? 1;
