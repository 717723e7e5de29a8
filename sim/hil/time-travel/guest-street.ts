import { readFileSync } from "node:fs";
import { startBroker } from "../../broker.ts";
import { readStreet } from "../../scenario/unit-scenario.ts";
import { beginMs } from "../../worlds/begin.ts";
import type { Told } from "../../worlds/told.ts";
import { StreetOfProcesses } from "../street-of-processes.ts";
import { offerBoardInKernel } from "./offer.ts";
import { steadyNode } from "./steady-node.ts";
import type { StreetJob } from "./street-job.ts";

/** The program that lives through a street in a guest: `guest-street job.json`. What it prints is for `liveInKernel`. */
const job: StreetJob = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const { text, file, startUnixMs, seed, hours, unit, version, programs, folder } = job;
const scenario = await readStreet(text, file, { startUnixMs, nowMs: startUnixMs });
const broker = await startBroker();
const living = await StreetOfProcesses.of({
  scenario,
  seed,
  version,
  only: unit,
  programs: new Map(Object.entries(programs)),
  folder,
  broker,
  machine: { offer: offerBoardInKernel, isAtStreetTime: true, nodeFlags: steadyNode },
});
const { street } = living;
const { loop } = street;
const endMs = scenario.startUnixMs + hours * 3_600_000;
street.listen(({ id }, event) => {
  const told: Told = { atMs: loop.now, unit: id, event };
  if (id === unit && told.atMs <= endMs) process.stdout.write(`${JSON.stringify(told)}\n`);
});
const over = new Promise<void>((resolve) => void loop.at(endMs, resolve));
void living.begin(beginMs(scenario));
await over;
await living.close();
await broker.close();
