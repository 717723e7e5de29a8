import { readFileSync } from "node:fs";
import { startBroker } from "../../broker.ts";
import { readScenario } from "../../scenario/scenario.ts";
import { StreetOfProcesses } from "../street-of-processes.ts";
import type { StreetJob } from "./live-in-kernel.ts";
import { offerBoardInKernel } from "./offer.ts";

/** The program that lives through a street in a guest: `guest-street job.json`. What it prints is for `liveInKernel`. */
const { file, text, seed, hours, version, programs, folder }: StreetJob = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);
const scenario = await readScenario(text, file);
const broker = await startBroker();
const living = await StreetOfProcesses.of({
  scenario,
  seed,
  version,
  programs: new Map(Object.entries(programs)),
  folder,
  broker,
  machine: { offer: offerBoardInKernel, isAtStreetTime: true },
});
const { street } = living;
const { loop } = street;
const tell = (told: unknown) => process.stdout.write(`${JSON.stringify(told)}\n`);
street.listen(({ id }, event) => tell({ atMs: loop.now, unit: id, event }));
const over = new Promise<void>((resolve) => {
  loop.at(scenario.startUnixMs + hours * 3_600_000, resolve);
});
void living.begin();
await over;
await living.close();
await broker.close();
