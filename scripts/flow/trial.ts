import { isDeepStrictEqual } from "node:util";
import { milliseconds, seconds } from "#devices/duration.ts";
import { type Clock, sleep } from "#devices/ports/clock.ts";
import { type ReportedSettings, unitTopics } from "#devices/wire.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { desiredSettings } from "#flows/node/revision.ts";
import { startBroker } from "#sim/broker.ts";
import { Living } from "#sim/live/living.ts";
import { type NodeMessage, type NodeRed, startNodeRed } from "#sim/node-red.ts";
import type { FlowExpectation } from "#sim/scenario/flow-part.ts";
import { afterglowMs } from "#sim/scenario/run.ts";
import type { Scenario } from "#sim/scenario/scenario.ts";
import { figuresOf, type Summary, summarise } from "#sim/scenario/summary.ts";
import type { Street } from "#sim/street/street.ts";
import type { FlowNode } from "./flow-file.ts";
import { type Wanted, wantedUnits } from "./wanted.ts";

export interface TrialOptions {
  readonly scenario: Scenario;
  readonly nodes: readonly FlowNode[];
  readonly seed: number;
  /** Virtual seconds per real second. The flow's own timers follow real time. */
  readonly speed: number;
  readonly version: string;
  /** Folder for Node-RED's files. */
  readonly workDir: string;
  readonly onStep: (what: string) => void;
  readonly onProgress: (share: number, nowMs: number) => void;
}

/** What a unit answered to what the flow asks of it. */
export interface UnitAnswer {
  readonly site: string;
  readonly unit: string;
  readonly state: "applied" | "refused" | "silent";
  readonly refusals: ReportedSettings["refusals"];
}

export interface FlowResult extends FlowExpectation {
  readonly actual: number;
  readonly met: boolean;
}

export interface Trial {
  readonly summary: Summary;
  readonly units: readonly UnitAnswer[];
  readonly expectations: readonly FlowResult[];
  /** What Node-RED logged as errors. */
  readonly errors: readonly string[];
}

/** How long units may take to answer what the flow asks of them, before the scenario is let go. */
const answerTime = seconds(20);
const pollTime = milliseconds(20);

/** Runs a flow, real, in Node-RED, against the simulated units of a scenario on a broker of their own. */
export async function tryFlow(options: TrialOptions): Promise<Trial> {
  const closers: (() => unknown)[] = [];
  try {
    return await run(options, closers);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function run(options: TrialOptions, closers: (() => unknown)[]): Promise<Trial> {
  const { scenario, nodes, seed, speed, workDir, onStep } = options;
  const clock = systemClock();
  const startedMs = clock.now();
  const broker = await startBroker({ port: 0 });
  closers.push(() => broker.close());
  const answers = new Map<string, ReportedSettings>();
  const listener = mqttLinkPort({ url: broker.url, clock }).open("plinth-flow-test", {
    topic: "plinth-flow-test/status",
    payload: "",
  });
  closers.push(() => listener.close());
  listener.subscribe(unitTopics("+", "+").reported, ({ topic, payload }) => {
    answers.set(topic, JSON.parse(new TextDecoder().decode(payload)) as ReportedSettings);
  });

  onStep("Node-RED with the flow");
  const messages: NodeMessage[] = [];
  const nodeRed = await startNodeRed({
    port: 0,
    userDir: workDir,
    flow: atBroker(nodes, new URL(broker.url)),
    onMessage: (message) => messages.push(message),
  });
  closers.push(() => nodeRed.close());

  onStep("street");
  const living = await Living.of({
    scenario,
    seed,
    version: options.version,
    speed: 1,
    far: broker,
    realNowMs: () => clock.now(),
    realWallMs: systemWallMs,
    onTrouble: onStep,
  });
  const { street } = living;
  closers.push(() => living.close());
  press(scenario, street, nodeRed, nodes);
  living.begin();
  await living.openBridge();

  const wanted = wantedUnits(nodes);
  const answerOf = (unit: Wanted) => toAnswer(unit, answers.get(unitTopics(unit.site, unit.unit).reported));
  const lateMs = clock.now() + answerTime;
  while (wanted.some((unit) => answerOf(unit).state === "silent") && clock.now() < lateMs)
    await sleep(clock, pollTime);

  living.stride.speed = speed;
  const endMs = scenario.startUnixMs + scenario.durationMs;
  const progress = () =>
    options.onProgress((street.loop.now - scenario.startUnixMs) / scenario.durationMs, street.loop.now);
  await reached(street, endMs, clock, progress);
  const kinds = figuresOf(street);
  await reached(street, endMs + afterglowMs, clock, () => {});
  const wallSeconds = Math.round(clock.now() - startedMs) / 1_000;
  return {
    summary: await summarise(scenario, seed, street, kinds, wallSeconds),
    units: wanted.map(answerOf),
    expectations: (scenario.flow?.expectations ?? []).map((expectation) =>
      judged(expectation, nodes, messages),
    ),
    errors: await nodeRed.errors(),
  };
}

/** The scenario's presses, on the street's clock. */
function press({ flow }: Scenario, street: Street, nodeRed: NodeRed, nodes: readonly FlowNode[]): void {
  for (const { atMs, node } of flow?.presses ?? [])
    street.loop.at(atMs, () => {
      street.note(`pressed ${node}`);
      void nodeRed.press(named(nodes, node)!.id);
    });
}

async function reached(street: Street, timeMs: number, clock: Clock, progress: () => void): Promise<void> {
  while (street.loop.now < timeMs) {
    progress();
    await sleep(clock, pollTime);
  }
}

/** Every broker of the flow is the trial's own: nothing leaves this machine, and no secret is needed. */
function atBroker(nodes: readonly FlowNode[], { hostname, port }: URL): FlowNode[] {
  return nodes.map((node) =>
    node.type === "mqtt-broker"
      ? { ...node, broker: hostname, port, usetls: false, tls: "", autoConnect: true, protocolVersion: "4" }
      : node,
  );
}

function toAnswer({ site, unit, settings }: Wanted, reported: ReportedSettings | undefined): UnitAnswer {
  const mine = reported?.revision === desiredSettings(settings).revision ? reported : undefined;
  return { site, unit, state: mine?.state ?? "silent", refusals: mine?.refusals ?? [] };
}

/** The node that a scenario means. */
export const named = (nodes: readonly FlowNode[], name: string): FlowNode | undefined =>
  nodes.find(({ id }) => id === name) ?? nodes.find((node) => node.name === name);

function judged(
  expectation: FlowExpectation,
  nodes: readonly FlowNode[],
  messages: readonly NodeMessage[],
): FlowResult {
  const { min, max = Number.POSITIVE_INFINITY, payload } = expectation;
  const id = named(nodes, expectation.node)?.id;
  const actual = messages.filter(
    (message) => message.node === id && contains(message.payload, payload),
  ).length;
  return { ...expectation, actual, met: actual >= min && actual <= max };
}

/** Whether `value` has all that `part` has; an array must have the same entries. */
function contains(value: unknown, part: unknown): boolean {
  if (part === undefined) return true;
  if (part === null || typeof part !== "object" || Array.isArray(part)) return isDeepStrictEqual(value, part);
  if (value === null || typeof value !== "object") return false;
  const found = value as Readonly<Record<string, unknown>>;
  return Object.entries(part).every(([name, inner]) => contains(found[name], inner));
}
