import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { controlVolts, encodeDuty, Register } from "#devices/chips/pca9685.ts";
import { seconds } from "#devices/duration.ts";
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
const stay = seconds(0.15);

interface Program {
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
  const running = await launch({
    args,
    environment: offered.env,
    ...(folder === undefined ? {} : { folder }),
    ready: async () => {
      while (!(await react().catch(() => undefined))) await sleep(clock, stay);
    },
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

/** What can be no shorter in Node: the addons alone. */
export const addonsAlone = (): Program => ({
  args: [
    "-e",
    `const { Gpio } = require(${JSON.stringify(addons.onoff)});
    const bus = require(${JSON.stringify(addons.i2c)}).openSync(${lampPlace.bus});
    ${lampCode}
    set(false);
    new Gpio(${line}, "in", "both").watch((error, level) => set(level === 1));`,
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
 * @param brokerPort of an MQTT broker that stands between detector and lamp, with QoS 1
 */
export async function nodeRed(folder: string, brokerPort?: number): Promise<Program> {
  const flow = [...wires, ...(brokerPort === undefined ? direct : throughBroker(brokerPort))];
  const settings = headless(folder, addons);
  const files = { settings: join(folder, "settings.cjs"), flow: join(folder, "flows.json") };
  await writeFile(files.settings, settings);
  await writeFile(files.flow, JSON.stringify(flow));
  const entry = require.resolve("node-red/red.js");
  return { args: [entry, "--settings", files.settings, "--userDir", folder, files.flow], folder };
}

const at = (x: number) => ({ z: "tab", x, y: 100 });

const detector = `
const { Gpio } = global.get("onoff");
new Gpio(${line}, "in", "both").watch((error, level) => {
  if (!error) node.send({ payload: level });
});`;

const lamp = `
const bus = global.get("i2c").openSync(${lampPlace.bus});
${lampCode}
set(false);
context.set("set", set);`;

const wires = [
  { id: "tab", type: "tab", label: "streetlight" },
  {
    ...{ id: "detector", type: "function", ...at(100), func: "", initialize: detector, outputs: 1 },
    ...{ libs: [], wires: [["next"]] },
  },
  {
    ...{ id: "decide", type: "function", ...at(500), outputs: 1, libs: [], wires: [["lamp"]] },
    func: "return { payload: Number(msg.payload) === 1 };",
  },
  {
    ...{ id: "lamp", type: "function", ...at(700), outputs: 0, libs: [], wires: [] },
    ...{ initialize: lamp, func: 'context.get("set")(msg.payload);' },
  },
];

const direct = [
  {
    id: "next",
    type: "function",
    ...at(300),
    func: "return msg;",
    outputs: 1,
    libs: [],
    wires: [["decide"]],
  },
];

const topic = "bench/presence";

/** As they come from the palette. */
const throughBroker = (port: number) => [
  {
    ...{ id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port, clientid: "", keepalive: "60" },
    ...{ autoConnect: true, protocolVersion: "4", cleansession: true, autoUnsubscribe: true, usetls: false },
  },
  { id: "next", type: "mqtt out", ...at(300), topic, qos: "1", retain: "", broker: "broker", wires: [] },
  {
    ...{ id: "presence", type: "mqtt in", ...at(400), topic, qos: "1", datatype: "auto-detect" },
    ...{ broker: "broker", nl: false, rap: true, rh: 0, inputs: 0, wires: [["decide"]] },
  },
];
