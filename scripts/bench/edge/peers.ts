import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { controlVolts, encodeDuty, Register } from "#devices/chips/pca9685.ts";
import { milliseconds, seconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { Board } from "#sim/board.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { offerBoard } from "#sim/hil/offer.ts";
import type { EventLoop } from "#sim/loop.ts";
import { headless } from "../node-red-flow.ts";
import { launch } from "../processes.ts";
import { LampWatch, type Reactor } from "./reactor.ts";

const require = createRequire(import.meta.url);
const clock = systemClock();

/** Where a streetlight has its motion detector and its lamp. */
const chip = "pinctrl-bcm2711";
const pin = 17;
const lampPlace = { kind: "i2c", bus: 1, address: 0x40 } as const;
/** The number that the kernel gives the pin: offered boards begin at 512. */
const line = 512 + pin;

/** Percent. */
const levels = { down: 50, up: 80 } as const;

/** Of the transfer that sets the lamp: what the firmware's driver sends for the same level. */
const levelBytes = (percent: number) => [
  Register.LED0_ON_L,
  ...encodeDuty(1 - controlVolts(percent) / 10),
  ...encodeDuty(0),
];
/** MODE1: oscillator on, register addresses count up. */
const wake = [Register.MODE1, 0x20];

/** Nobody is near any more after so long. */
const stay = seconds(0.1);
/** And the program has seen that. */
const absence = seconds(0.2);

const topics = {
  presence: "bench/presence",
  agent: { presence: "bench/agent/presence", level: "bench/agent/level" },
} as const;

export interface Program {
  readonly args: readonly string[];
  readonly folder?: string;
}

/** A program on a board that has a motion detector's wire and a lamp, and nothing else. Resolves once it has answered. */
export async function reactorOn(
  loop: EventLoop,
  { args, folder }: Program,
  closers: (() => unknown)[],
): Promise<Reactor> {
  const board = new Board(loop);
  const twin = pca9685.create({ loop, random: () => 0.5, place: lampPlace, wiring: board });
  const lamp = new LampWatch(loop, twin);
  const wire = board.gpio.line(chip, pin);
  const offered = await offerBoard(board, { loop });
  closers.push(() => offered.close());
  const drive = (level: 0 | 1) => wire.drive(level);
  const react = async () => {
    try {
      return await lamp.reaction(() => drive(1));
    } finally {
      clock.after(stay, () => loop.fromOutside(() => drive(0)));
    }
  };
  const ready = async () => {
    do await sleep(clock, milliseconds(stay + absence));
    while (!(await react().catch(() => undefined)));
  };
  const running = await launch({
    args,
    environment: offered.env,
    ...(folder === undefined ? {} : { folder }),
    ready,
  });
  closers.push(() => running.end());
  return {
    get isAtRest() {
      return wire.level === 0 && lamp.level < levels.up - 1;
    },
    react,
  };
}

const addons = { onoff: require.resolve("onoff"), i2c: require.resolve("i2c-bus") };

/** Opens `bus`, and has `Gpio`. */
const opened = `
const { Gpio } = require(${JSON.stringify(addons.onoff)});
const bus = require(${JSON.stringify(addons.i2c)}).openSync(${lampPlace.bus});`;

/** What can be no shorter in Node: the addons alone. */
export const addonsAlone = (): Program => ({
  args: [
    "-e",
    `${opened}
    ${lampCode}
    set(false);
    new Gpio(${line}, "in", "both").watch((error, level) => set(level === 1));`,
  ],
});

/** A board's pins at an MQTT broker, with QoS 1: somebody else decides. */
export const mqttAgent = (brokerPort: number): Program => ({
  args: [
    "-e",
    `${opened}
    ${lampCode}
    set(false);
    const client = require(${JSON.stringify(require.resolve("mqtt"))}).connect("mqtt://127.0.0.1:${brokerPort}");
    client.subscribe("${topics.agent.level}", { qos: 1 });
    client.on("message", (topic, payload) => set(String(payload) === "true"));
    new Gpio(${line}, "in", "both").watch((error, level) => {
      client.publish("${topics.agent.presence}", String(level), { qos: 1 });
    });`,
  ],
});

/** `set(isUp)` on an open `bus`. */
const lampCode = `
const send = (bytes) => bus.i2cWrite(${lampPlace.address}, bytes.length, Buffer.from(bytes), (error) => {
  if (error) throw error;
});
send(${JSON.stringify(wake)});
const set = (isUp) => send(isUp ? ${JSON.stringify(levelBytes(levels.up))} : ${JSON.stringify(levelBytes(levels.down))});`;

/**
 * Node-RED, headless, with the flow that does the same. Its packaged nodes for GPIO and I2C are others' packages, some
 * of which start a Python process for each pin; function nodes with the very addons of the firmware stand for them, in
 * Node-RED's own process: nothing is faster there.
 */
export const nodeRed = (folder: string) =>
  nodeRedWith(folder, [detector(["decide"]), decide(["lamp"]), lamp]);

/** The same with an MQTT broker between detector and lamp, QoS 1, the nodes as they come from the palette. */
export const nodeRedThroughBroker = (folder: string, brokerPort: number) =>
  nodeRedWith(folder, [
    broker(brokerPort),
    detector(["publish"]),
    mqttOut("publish", topics.presence),
    mqttIn(topics.presence, ["decide"]),
    decide(["lamp"]),
    lamp,
  ]);

/** What decides for an `mqttAgent`. */
export const nodeRedDeciding = (folder: string, brokerPort: number) =>
  nodeRedWith(folder, [
    broker(brokerPort),
    mqttIn(topics.agent.presence, ["decide"]),
    decide(["publish"]),
    mqttOut("publish", topics.agent.level),
  ]);

type Node = Readonly<Record<string, unknown>>;

async function nodeRedWith(folder: string, flow: readonly Node[]): Promise<Program> {
  const files = { settings: join(folder, "settings.cjs"), flow: join(folder, "flows.json") };
  await writeFile(files.settings, headless(folder, addons));
  await writeFile(files.flow, JSON.stringify([tab, ...flow]));
  const entry = require.resolve("node-red/red.js");
  return { args: [entry, "--settings", files.settings, "--userDir", folder, files.flow], folder };
}

const tab = { id: "tab", type: "tab", label: "streetlight" };
const at = (x: number) => ({ z: "tab", x, y: 100 });
const functionNode = { type: "function", libs: [], outputs: 1 };

const detector = (wires: readonly string[]): Node => ({
  ...{ id: "detector", ...functionNode, ...at(100), func: "", wires: [wires] },
  initialize: `
    const { Gpio } = global.get("onoff");
    new Gpio(${line}, "in", "both").watch((error, level) => {
      if (!error) node.send({ payload: level });
    });`,
});

const decide = (wires: readonly string[]): Node => ({
  ...{ id: "decide", ...functionNode, ...at(500), wires: [wires] },
  func: "return { payload: Number(msg.payload) === 1 };",
});

const lamp: Node = {
  ...{ id: "lamp", ...functionNode, ...at(700), outputs: 0, wires: [] },
  initialize: `
    const bus = global.get("i2c").openSync(${lampPlace.bus});
    ${lampCode}
    set(false);
    context.set("set", set);`,
  func: 'context.get("set")(msg.payload);',
};

const broker = (port: number): Node => ({
  ...{ id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port, clientid: "", keepalive: "60" },
  ...{ autoConnect: true, protocolVersion: "4", cleansession: true, autoUnsubscribe: true, usetls: false },
});

const mqttOut = (id: string, topic: string): Node => ({
  ...{ id, type: "mqtt out", ...at(300), topic, qos: "1", retain: "", broker: "broker", wires: [] },
});

const mqttIn = (topic: string, wires: readonly string[]): Node => ({
  ...{ id: "heard", type: "mqtt in", ...at(400), topic, qos: "1", datatype: "auto-detect" },
  ...{ broker: "broker", nl: false, rap: true, rh: 0, inputs: 0, wires: [wires] },
});
