import { join } from "node:path";
import { seconds } from "#devices/duration.ts";
import * as catalogue from "#devices/furniture/index.ts";
import { sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { startBroker } from "#sim/broker.ts";
import type { Machine } from "#sim/hil/machine.ts";
import { offerBoard } from "#sim/hil/offer.ts";
import { OwnProcess } from "#sim/hil/process/own-process.ts";
import { StreetOfProcesses } from "#sim/hil/street-of-processes.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { programsOf } from "../../hil/programs.ts";
import type { Aim, BenchmarkOptions, Row, Table } from "../benchmark.ts";
import { idleWithPackages, service } from "../memory.ts";
import { launch, type Memory, memoryOf, type Running } from "../processes.ts";
import { figureOf, ratioOf } from "../statistics.ts";

const clock = systemClock();
const aimRatio = 1.2;

/** A winter evening: people, but neither cars nor feet enough to keep a unit from settling. */
const streetOf = (each: number) => `
scenario: memory
title: Each kind, for its memory
seed: 1
start: 2025-12-21 19:00
duration: 1 h
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  peoplePerHourPeak: 30
  furniture:
${Object.values(catalogue)
  .map(({ kind }) => `    - { kind: ${kind}, units: ${each}, spacing: 60 }`)
  .join("\n")}
`;

/** What node takes with the same loaded, by whether a kind streams: in a thread of its own. */
const peers = {
  alone: "node with the same packages loaded, nothing running",
  threaded: "the same, with a thread in which nothing runs",
} as const;
type Peer = keyof typeof peers;
const peerNames = Object.keys(peers) as Peer[];

const kinds = Object.values(catalogue).map(({ kind, roles }) => {
  const streams = Object.values(roles).some(({ stream }) => stream !== undefined);
  return { kind, peer: (streams ? "threaded" : "alone") satisfies Peer } as const;
});

const columns = ["resident MiB", "peak MiB", "of its peer"];

/** Resident memory of each kind's bundle on simulated boards, in processes of their own, once it has settled. */
export async function memoryOfKinds(folder: string, { quick, say }: BenchmarkOptions): Promise<Table> {
  const each = quick ? 1 : 2;
  const settle = seconds(quick ? 5 : 20);
  const { flags, environment } = await service();
  const machine: Machine = {
    isAtStreetTime: false,
    async offer(board, options) {
      const offered = await offerBoard(board, options);
      return { ...offered, env: { ...offered.env, ...environment } };
    },
  };
  const scenario = await readScenario(streetOf(each), "memory.yaml");
  const broker = await startBroker({ port: 0 });
  const programs = await programsOf(scenario, folder);
  const street = await StreetOfProcesses.of({
    ...{ scenario, seed: scenario.seed, version: "bench", folder: join(folder, "units") },
    ...{ broker, programs, machine },
  });
  const idle: Record<Peer, Running[]> = { alone: [], threaded: [] };
  try {
    await street.begin();
    for (const peer of peerNames)
      for (let one = 0; one < each; one++) {
        const code = idleWithPackages(peer === "threaded");
        idle[peer].push(await launch({ args: [...flags, "--no-warnings", "-e", code], environment }));
      }
    await sleep(clock, settle);
    const looks = {
      alone: idle.alone.map(({ memory }) => memory()),
      threaded: idle.threaded.map(({ memory }) => memory()),
    };
    say("memory of every kind");
    return {
      title: "Memory of a unit's process",
      columns,
      rows: [
        ...peerNames.map((peer) => rowOf(peers[peer], looks[peer], looks[peer])),
        ...kinds.map(({ kind, peer }) => rowOf(`${kind} bundle`, looksAt(street, kind), looks[peer])),
      ],
    };
  } finally {
    await street.close();
    await Promise.all(peerNames.flatMap((peer) => idle[peer].map(({ end }) => end())));
    await broker.close();
  }
}

const looksAt = ({ street }: StreetOfProcesses, kind: string): Memory[] =>
  street.units
    .filter(({ config }) => config.kind === kind)
    .map(({ host }) => {
      if (!(host instanceof OwnProcess) || host.pid === undefined)
        throw new Error(`a ${kind} has no process`);
      return memoryOf(host.pid);
    });

function rowOf(subject: string, looks: readonly Memory[], peer: readonly Memory[]): Row {
  const resident = (some: readonly Memory[]) => some.map(({ residentMiB }) => residentMiB);
  return {
    subject,
    figures: [
      figureOf(resident(looks)),
      figureOf(looks.map(({ peakMiB }) => peakMiB)),
      ratioOf(resident(looks), resident(peer)),
    ],
  };
}

/** Of the kind that takes most. */
export function aimOf({ rows }: Table): Aim {
  const ratios = rows.slice(peerNames.length).map(({ figures }) => figures.at(-1)!.median);
  const most = Math.max(...ratios);
  return {
    text: `each kind's process within ${aimRatio} times node with the same packages loaded`,
    measured: `at most ${most.toFixed(2)}`,
    met: most <= aimRatio,
  };
}
