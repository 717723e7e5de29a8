import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { milliseconds, seconds } from "#devices/duration.ts";
import { deadline, sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import type { EventLoop } from "#sim/loop.ts";
import { random } from "#sim/world/random.ts";
import type { Benchmark, BenchmarkOptions, Result, Row } from "./benchmark.ts";
import { lampsIn } from "./edge/lamps.ts";
import { startMosquitto } from "./edge/mosquitto.ts";
import {
  addonsAlone,
  mqttAgent,
  nodeRed,
  nodeRedDeciding,
  nodeRedThroughBroker,
  reactorOn,
} from "./edge/peers.ts";
import type { Reactor } from "./edge/reactor.ts";
import { launch } from "./processes.ts";
import { written } from "./report.ts";
import { figureOf, percentile, ratioOf } from "./statistics.ts";

export const edge: Benchmark = { name: "edge", title: "From an edge to the actuator", run };

const clock = systemClock();
const aimMs = 5;
const aimRatio = 10;

const titles = {
  bundle: "streetlight bundle, unmodified, all its parts",
  nodeRedMqtt: "Node-RED and mosquitto, QoS 1 from node to node of one flow that has the pins",
  nodeRedBothWays:
    "Node-RED and mosquitto, QoS 1 both ways: a small agent has the board's pins, a flow decides",
  nodeRed: "Node-RED, a flow that has the pins, no broker",
  addons: "node with onoff and i2c-bus alone",
} as const;
type Name = keyof typeof titles;
const names = Object.keys(titles) as Name[];

/**
 * Somebody comes at night: from the rising edge of a motion detector until the lamp is raised. The unmodified bundle
 * of a streetlight and its peers are processes of this machine, each on device nodes of a simulated board; the
 * simulator sees the edge and the lamp's transfer, both by its own clock. Subjects take turns: several lamps one after
 * another, for each holds a visit for a while; after each lamp each of its peers.
 */
async function run({ quick, say }: BenchmarkOptions): Promise<Result> {
  const count = { lamps: quick ? 3 : 5, rounds: quick ? 1 : 3, edges: quick ? 6 : 100 };
  const closers: (() => unknown)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), "plinth-edge-"));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const { street, reactors: lamps } = await lampsIn(folder, count.lamps, closers);
    await street.begin();
    const peers = await peersIn(folder, street.street.loop, closers);
    say("detectors calibrate for a minute");
    await atRest(lamps);
    const ask = asker();
    // A lamp has not run what answers an edge before its first one; each peer has, when it was started.
    for (const lamp of lamps) await ask(lamp);
    const rounds: Found[] = [];
    for (let round = 1; round <= count.rounds; round++)
      rounds.push(
        await inTurn(lamps, peers, count.edges, ask, (edges) =>
          say(`round ${round} of ${count.rounds}: ${edges} of ${count.edges} edges`),
        ),
      );
    return resultOf(rounds, count.lamps);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

type Peers = Readonly<Record<Exclude<Name, "bundle">, Reactor>>;
type Found = Readonly<Record<Name, number[]>>;

async function peersIn(folder: string, loop: EventLoop, closers: (() => unknown)[]): Promise<Peers> {
  const flowFolder = async (name: string) => {
    const path = join(folder, name);
    await mkdir(path);
    return path;
  };
  const port = await startMosquitto(closers);
  const deciding = await launch({
    ...(await nodeRedDeciding(await flowFolder("node-red-deciding"), port)),
    ready: async () => {},
  });
  closers.push(() => deciding.end());
  const throughBroker = await nodeRedThroughBroker(await flowFolder("node-red-mqtt"), port);
  return {
    nodeRedMqtt: await reactorOn(loop, throughBroker, closers),
    nodeRedBothWays: await reactorOn(loop, mqttAgent(port), closers),
    nodeRed: await reactorOn(loop, await nodeRed(await flowFolder("node-red")), closers),
    addons: await reactorOn(loop, addonsAlone(), closers),
  };
}

const look = milliseconds(20);
/** Calibration is a minute, and then a false alarm of it is held. */
const patience = seconds(150);

async function atRest(reactors: readonly Reactor[]): Promise<void> {
  const all = async () => {
    while (!reactors.every(({ isAtRest }) => isAtRest)) await sleep(clock, look);
  };
  await deadline(clock, patience, all(), () => new Error("a lamp does not come to rest"));
}

/** Of no rhythm that is also another's: a radar reports every 100 ms. */
const pauseMs = { min: 60, max: 180 } as const;

/** Milliseconds from an edge until the lamp is raised. */
type Ask = (reactor: Reactor) => Promise<number>;

function asker(): Ask {
  const { uniform } = random(1, "edges");
  return async (reactor) => {
    await sleep(clock, milliseconds(uniform(pauseMs.min, pauseMs.max)));
    await atRest([reactor]);
    return await reactor.react();
  };
}

async function inTurn(
  lamps: readonly Reactor[],
  peers: Peers,
  edges: number,
  ask: Ask,
  onEdge: (edges: number) => void,
): Promise<Found> {
  const found: Found = { bundle: [], nodeRedMqtt: [], nodeRedBothWays: [], nodeRed: [], addons: [] };
  for (let edge = 1; edge <= edges; edge++) {
    found.bundle.push(await ask(lamps[edge % lamps.length]!));
    for (const [name, peer] of Object.entries(peers)) found[name as Name].push(await ask(peer));
    if (edge % 25 === 0) onEdge(edge);
  }
  return found;
}

function resultOf(rounds: readonly Found[], lamps: number): Result {
  const of = (name: Name, value: (ms: readonly number[]) => number) =>
    rounds.map((found) => value(found[name]));
  const p50 = (name: Name) => of(name, (ms) => percentile(ms, 0.5));
  const p99 = (name: Name) => of(name, (ms) => percentile(ms, 0.99));
  const longest = (name: Name) => of(name, (ms) => Math.max(...ms));
  const rows: Row[] = names.map((name) => ({
    subject: titles[name],
    figures: [
      ...[p50, p99, longest].map((value) => figureOf(value(name))),
      ...[p50, p99].map((value) => ratioOf(value(name), value("nodeRedBothWays"))),
    ],
  }));
  const own = figureOf(p99("bundle"));
  const lower = (peer: Name, how: string) => {
    const ratio = ratioOf(p99(peer), p99("bundle"));
    return {
      text: `p99 at least ${aimRatio} times lower than Node-RED's through MQTT QoS 1, ${how}`,
      measured: `${written(ratio)} times`,
      met: ratio.median >= aimRatio,
    };
  };
  return {
    tables: [{ title: "Edge to lamp", columns, rows }],
    aims: [
      {
        text: `p99 of the bundle under ${aimMs} ms`,
        measured: `${written(own)} ms`,
        met: own.median < aimMs,
      },
      lower("nodeRedBothWays", "both ways"),
      lower("nodeRedMqtt", "from node to node of one flow"),
    ],
    notes: notesOf(rounds, lamps),
  };
}

const columns = [
  "p50, ms",
  "p99, ms",
  "longest, ms",
  "p50, of Node-RED both ways",
  "p99, of Node-RED both ways",
];

const notesOf = (rounds: readonly Found[], lamps: number) => [
  `Rounds: ${rounds.length}, of ${rounds[0]!.bundle.length} edges for each, by turns, over ${lamps} lamps and one of ` +
    "each peer; all of them run at once. Each lamp's first edge, and each peer's, is left out.",
  "To the STOP of the transfer: its 0.92 ms on a bus of 100 kHz are in each figure. What the simulator takes to pass " +
    "an edge and a transfer on is, too: node with the addons alone shows how much that is at most.",
  "A lamp raises its level by a ramp: what counts is its first step.",
  "Node-RED, its MQTT nodes, mqtt.js and mosquitto are as packaged: none of them sets TCP_NODELAY, so that the second of " +
    "two small packets waits for the acknowledgement of the first.",
  "For Node-RED's GPIO and I2C nodes stand function nodes with the firmware's addons, in its own process.",
];
