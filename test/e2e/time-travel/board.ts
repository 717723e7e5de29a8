import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as catalogue from "#devices/furniture/index.ts";
import { readUnitConfig } from "#firmware/config.ts";
import { systemWallMs } from "#firmware/ports/clock.ts";
import { Board } from "#sim/board.ts";
import { twinsOf } from "#sim/chips/index.ts";
import { offerBoardInKernel } from "#sim/hil/time-travel/offer.ts";
import { EventLoop } from "#sim/loop.ts";
import { solder } from "#sim/street/solder.ts";
import { random } from "#sim/world/random.ts";

/**
 * In a guest: `board unit.yaml command…` solders a streetlight's parts to a board, wires line 22 to line 23, makes the
 * air around the board that of a cool morning, and runs a command beside it all.
 */
const [file = "", command = "", ...args] = process.argv.slice(2);
const text = readFileSync(file, "utf8");
const kind = /^kind: *(\w+)/m.exec(text)?.[1];
const declaration = Object.values(catalogue).find((one) => one.kind === kind);
if (!declaration) throw new Error(`${file} names no kind`);
const config = readUnitConfig(text, file, declaration);

const loop = new EventLoop(systemWallMs());
const board = new Board(loop, declaration.fastBuses);
const definitions = await twinsOf(Object.values(config.parts).map(({ part }) => part));
const twins = solder(config, { loop, wiring: board, definitions, random: (role) => random(1, role) });
const chip = "pinctrl-bcm2711";
board.gpio.line(chip, 22).sense((level) => board.gpio.line(chip, 23).drive(level));
const climate = twins.get("climate")!;
for (const [channel, value] of Object.entries({ temperature: 7.5, humidity: 81, pressure: 100_700 }))
  climate.set(channel, value);
const following = loop.follow(systemWallMs);
const offered = await offerBoardInKernel(board, { loop });
const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...offered.env } });
const [code] = (await once(child, "exit")) as [number | null];
await offered.close();
loop.stop();
await following;
process.exitCode = code ?? 1;
