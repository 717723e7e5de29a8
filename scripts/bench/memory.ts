import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { unitTopics } from "#devices/wire.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { startBroker } from "#sim/broker.ts";
import { bundle } from "../bundle/bundle.ts";
import { entryOf } from "../bundle/kinds.ts";
import { root } from "../root.ts";
import type { Benchmark, BenchmarkOptions, Result } from "./benchmark.ts";
import { levelTopic, nodeRedFolder } from "./node-red-flow.ts";
import { launch, type Memory, type Running, type Subject } from "./processes.ts";
import { type Figure, figureOf, ratioOf } from "./statistics.ts";

/** What a unit's bundle has in it of others: of a streetlight's all, of the other kinds all but suncalc at the most. */
const packages = [
  ...["@sinclair/typebox", "@sinclair/typebox/value", "ajv", "i2c-bus", "johnny-five/lib/board.js"],
  ...["johnny-five/lib/motion.js", "johnny-five/lib/switch.js", "modbus-serial", "mqtt", "onoff", "pino"],
  ...["serialport", "suncalc", "yaml"],
];
const ids = ["lamp-01", "lamp-02"] as const;
const statusTopic = (id: string) => unitTopics("bench", id).status;
const aimRatio = 1.2;
const clock = systemClock();

export const memory: Benchmark = { name: "memory", title: "Memory and start of a unit", run };

interface Look extends Memory {
  readonly startMs: number;
}

/**
 * The built bundle with its broker and without hardware, against node alone, node with the same packages loaded,
 * and headless Node-RED with a flow that does a streetlight's job.
 */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const settleMs = quick ? 5_000 : 20_000;
  const repetitions = quick ? 2 : 7;
  const folder = await mkdtemp(join(tmpdir(), "plinth-bench-"));
  const broker = await startBroker({ port: 0 });
  const city = mqttLinkPort({ url: broker.url, clock }).open("bench", {
    topic: "bench/status",
    payload: "gone",
  });
  // What the broker kept from the round before says nothing of this one.
  const heard = (topic: string) => () =>
    new Promise<void>((resolve) => {
      const cancel = city.subscribe(topic, ({ retain }) => {
        if (retain) return;
        cancel();
        resolve();
      });
    });
  try {
    const entry = await entryOf("streetlight");
    const script = async (minify: boolean) => {
      const out = join(folder, minify ? "minified" : "plain");
      await bundle({ kind: "streetlight", entry, out, minify });
      return join(out, "streetlight.js");
    };
    const scripts = { plain: await script(false), minified: await script(true) };
    const rounds: Round[] = [];
    for (let round = 1; round <= repetitions; round++) {
      const home = join(folder, String(round));
      await mkdir(home);
      rounds.push(await together(await subjectsIn(home, scripts, broker.url, heard), settleMs));
      say(`round ${round} of ${repetitions}`);
    }
    return resultOf(rounds, settleMs);
  } finally {
    await city.close();
    await broker.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Name = "node" | "packages" | "packagesAsService" | "unit" | "unitAsService" | "nodeRed";
type Round = Readonly<Record<Name, Look>>;

async function subjectsIn(
  home: string,
  scripts: Readonly<Record<"plain" | "minified", string>>,
  brokerUrl: string,
  heard: (topic: string) => () => Promise<void>,
): Promise<Record<Name, Subject>> {
  const nodeRed = createRequire(import.meta.url).resolve("node-red/red.js");
  const { flags, environment } = await service();
  const unit = (script: string, id: string) => ({
    args: [script, "--config", join(home, `${id}.yaml`), "--data", join(home, id), "--log-level", "warn"],
    ready: heard(statusTopic(id)),
  });
  const plain = unit(scripts.plain, ids[0]);
  const asService = unit(scripts.minified, ids[1]);
  for (const id of ids) await writeFile(join(home, `${id}.yaml`), unitYaml(id, brokerUrl));
  return {
    node: { args: ["--no-warnings", "-e", idle] },
    packages: { args: ["--no-warnings", "-e", idleWithPackages()] },
    packagesAsService: { args: [...flags, "--no-warnings", "-e", idleWithPackages()], environment },
    unit: plain,
    unitAsService: { ...asService, args: [...flags, ...asService.args], environment },
    nodeRed: {
      args: await nodeRedFolder(home, Number(new URL(brokerUrl).port), nodeRed),
      folder: home,
      ready: heard(levelTopic),
    },
  };
}

const idle = "console.log('ready'); setInterval(() => {}, 1e6);";

/** For `node -e`: loads what a unit's bundle has in it of others, and does nothing. */
export function idleWithPackages(withThread = false): string {
  const load = packages.map((name) => `require(${JSON.stringify(name)});`).join("");
  const thread = `new (require("node:worker_threads").Worker)("setInterval(() => {}, 1e6)", { eval: true });`;
  return load + (withThread ? thread : "") + idle;
}

/** What deploy/plinth.service gives node. */
export async function service(): Promise<{ flags: string[]; environment: Record<string, string> }> {
  const text = await readFile(join(root, "deploy/plinth.service"), "utf8");
  const [, flags = ""] = /^ExecStart=\S+((?: --\S+)*)/m.exec(text) ?? [];
  const variables = [...text.matchAll(/^Environment=(\w+)=(\S+)$/gm)];
  return {
    flags: flags.split(" ").filter((flag) => flag !== ""),
    environment: Object.fromEntries(variables.map(([, name, value]) => [name!, value!])),
  };
}

const unitYaml = (id: string, url: string) => `unit: ${id}
site: bench
kind: streetlight
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
broker: { url: "${url}" }
`;

/** Starts one after the other, so that starts do not disturb each other; lets all settle, then looks at each. */
async function together(subjects: Record<Name, Subject>, settleMs: number): Promise<Round> {
  const running = new Map<string, Running>();
  try {
    for (const [name, subject] of Object.entries(subjects)) running.set(name, await launch(subject));
    await sleep(clock, milliseconds(settleMs));
    const looks = [...running].map(([name, { startMs, memory }]) => [name, { startMs, ...memory() }]);
    return Object.fromEntries(looks) as Round;
  } finally {
    await Promise.all([...running.values()].map(({ end }) => end()));
  }
}

const titles: Record<Name, string> = {
  node: "node, nothing loaded",
  packages: "node with the same packages loaded, nothing running",
  packagesAsService: "the same, started as deploy/plinth.service does",
  unit: "streetlight bundle, connected, looking for its parts",
  unitAsService: "the same minified, started as deploy/plinth.service does",
  nodeRed: "Node-RED headless, the same job as a flow",
};

function resultOf(rounds: readonly Round[], settleMs: number): Result {
  const of = (name: Name, measure: (look: Look) => number) => rounds.map((round) => measure(round[name]));
  const resident = (name: Name) => of(name, ({ residentMiB }) => residentMiB);
  const rows = (Object.keys(titles) as Name[]).map((name) => ({
    subject: titles[name],
    figures: [
      figureOf(resident(name)),
      figureOf(of(name, ({ peakMiB }) => peakMiB)),
      figureOf(of(name, ({ startMs }) => startMs)),
      ratioOf(resident(name), resident("packages")),
    ] satisfies Figure[],
  }));
  const ratio = ratioOf(resident("unitAsService"), resident("packages")).median;
  return {
    tables: [
      {
        title: "Processes",
        columns: ["resident MiB", "peak MiB", "start ms", "of node with packages"],
        rows,
      },
    ],
    aims: [
      {
        text: `a unit, minified and run as the service runs it, within ${aimRatio} times node with the same packages loaded`,
        measured: ratio.toFixed(2),
        met: ratio <= aimRatio,
      },
    ],
    notes: [
      `Resident is VmRSS ${settleMs / 1_000} s after the last of them was ready, peak VmHWM until then (proc_pid_status(5)).`,
      "Start is from the start of the process to its first message at the broker, for node to its first line.",
      "This machine has none of the parts: the unit goes on looking for them. On a board it would also sample.",
    ],
  };
}
