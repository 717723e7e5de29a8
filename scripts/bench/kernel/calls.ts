import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import type { Board } from "#sim/board.ts";
import { offerBoard } from "#sim/hil/offer.ts";
import { guestProgram } from "#sim/hil/time-travel/guest-program.ts";
import { runInTimeTravel } from "#sim/hil/time-travel/run.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import type { BenchmarkOptions, Row, Table } from "../benchmark.ts";
import { number } from "../report.ts";
import { type Figure, figureOf, interleaved, ratioOf } from "../statistics.ts";
import { callBoard, TimelessBoard } from "./call-board.ts";
import {
  type CallCounts,
  type CallName,
  callTitles,
  type TimedCall,
  timedCalls,
  wireUs,
} from "./timed-calls.ts";
import { type PeerName, peerTitles, type ToldCall } from "./told-call.ts";

const clock = systemClock();
const callNames = Object.keys(callTitles) as CallName[];

/** The peers are measured by the program that meets device nodes. */
type Run = Readonly<Record<CallName, TimedCall> & Partial<Record<PeerName, TimedCall>>>;

/** What the firmware's own ports take for a call: in virtual time, and on device nodes in real time. */
export async function realTimeCalls(folder: string, { quick, say }: BenchmarkOptions): Promise<Table> {
  const counts: CallCounts = quick
    ? { readByte: 100, readBlock: 50, readLine: 200, writeLine: 200 }
    : { readByte: 1_000, readBlock: 500, readLine: 2_000, writeLine: 2_000 };
  const program = await callProgram(folder);
  const found = await interleaved(
    {
      virtual: () => virtualCalls(counts),
      timeless: () => preloadedCalls(program, counts, (loop) => new TimelessBoard(loop)),
      preload: () => preloadedCalls(program, counts, callBoard),
    },
    quick ? 2 : 3,
  );
  say("calls in real time");
  const sockets = found.preload.map(({ socket }) => socket!.p50Us);
  const row = (subject: string, calls: readonly TimedCall[]): Row => {
    const medians = calls.map(({ p50Us }) => p50Us);
    const figures: Figure[] = [figureOf(medians), figureOf(calls.map(({ p99Us }) => p99Us))];
    return { subject, figures: [...figures, ratioOf(medians, sockets)] };
  };
  const rows = (depth: string, runs: readonly Run[], bits: (name: CallName) => string = () => "") =>
    callNames.map((name) =>
      row(
        `${depth}: ${callTitles[name]}${bits(name)}`,
        runs.map((run) => run[name]),
      ),
    );
  return {
    title: "A call of the firmware's ports, real time",
    columns: ["p50, µs", "p99, µs", "p50, of the round trip"],
    rows: [
      ...(Object.keys(peerTitles) as PeerName[]).map((name) =>
        row(
          peerTitles[name],
          found.preload.map((run) => run[name]!),
        ),
      ),
      ...rows("virtual", found.virtual),
      ...rows("preload without bus time", found.timeless),
      ...rows("preload", found.preload, (name) =>
        wireUs[name] === undefined ? "" : `, of which ${number(wireUs[name])} µs of bits`,
      ),
    ],
  };
}

const source = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const callProgram = (folder: string) => guestProgram(source("call-program.ts"), folder);

async function virtualCalls(counts: CallCounts): Promise<Run> {
  const loop = new EventLoop();
  const found: Partial<Record<CallName, TimedCall>> = {};
  const ports = callBoard(loop).ports(new VirtualClock(loop));
  await timedCalls(ports, counts, (name, timed) => {
    found[name] = timed;
  });
  return found as Run;
}

async function preloadedCalls(
  program: string,
  counts: CallCounts,
  boardOn: (loop: EventLoop) => Board,
): Promise<Run> {
  const loop = new EventLoop();
  const offered = await offerBoard(boardOn(loop), { loop });
  const paced = loop.follow(() => clock.now());
  const found: Record<string, TimedCall> = {};
  try {
    const child = spawn(process.execPath, [program, JSON.stringify(counts)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...offered.env },
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as ToldCall;
      if ("timed" in told) found[told.name] = told.timed;
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`the calls ended with exit code ${code}`);
  } finally {
    await offered.close();
    loop.stop();
    await paced;
  }
  return found as Run;
}

/** What a call takes of this machine's time where the guest's clock stands meanwhile: from many, as nobody there can tell. */
export async function timeTravelCalls(folder: string, { quick, say }: BenchmarkOptions): Promise<Table> {
  const counts: CallCounts = quick
    ? { readByte: 200, readBlock: 200, readLine: 2_000, writeLine: 500 }
    : { readByte: 600, readBlock: 600, readLine: 5_000, writeLine: 2_000 };
  const repetitions = quick ? 1 : 2;
  const program = await callProgram(folder);
  const guest = await guestProgram(source("guest-calls.ts"), folder);
  const runs: Readonly<Record<string, number>>[] = [];
  for (let run = 0; run < repetitions; run++) {
    runs.push(await travelledCalls(folder, [guest, program, JSON.stringify(counts)], counts));
    say(`calls in time travel, ${run + 1} of ${repetitions}`);
  }
  const all = { ...peerTitles, ...callTitles };
  const perCall = (name: string) => runs.map((run) => run[name]!);
  return {
    title: "A call in a guest that travels in time: this machine's time",
    columns: ["mean, µs", "of the round trip"],
    rows: Object.entries(all).map(([name, subject]) => ({
      subject,
      figures: [figureOf(perCall(name)), ratioOf(perCall(name), perCall("socket"))],
    })),
  };
}

/** @returns microseconds for each, by name */
async function travelledCalls(
  folder: string,
  command: readonly string[],
  counts: CallCounts,
): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  let beforeMs = Number.NaN;
  const { exitCode, stderr } = await runInTimeTravel({
    command: [process.execPath, ...command],
    startUnixMs: systemWallMs(),
    folders: [folder],
    onLine: (line, stream) => {
      if (stream === "stderr") return;
      const told = JSON.parse(line) as ToldCall;
      const nowMs = clock.now();
      if ("timed" in told) {
        const count = told.name in counts ? counts[told.name as CallName] : counts.writeLine;
        found[told.name] = ((nowMs - beforeMs) * 1_000) / count;
      }
      beforeMs = nowMs;
    },
  });
  if (exitCode !== 0) throw new Error(`the calls ended with exit code ${exitCode}: ${stderr}`);
  return found;
}
