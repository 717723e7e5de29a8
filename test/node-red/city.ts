import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { WebSocket } from "ws";
import { type Description, type ReportedSettings, type Status, unitTopics } from "#devices/wire.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { type FlowNode, type NodeMessage, type NodeRed, startNodeRed } from "#sim/node-red.ts";
import { type BuiltPackage, builtPackage } from "./package.ts";

/** What stands under a node in the editor. */
export interface Shown {
  readonly fill?: string;
  readonly shape?: string;
  readonly text?: string;
}

export interface CityOptions {
  /** One that another city has already. */
  readonly broker?: Broker;
  /** Told of every message that a node gets. */
  readonly onMessage?: (message: NodeMessage) => void;
}

/** CI runs the same tests in another Node-RED than the one that is installed here: its `red.js`. */
export const nodeRedProgram =
  process.env.PLINTH_NODE_RED ?? createRequire(import.meta.url).resolve("node-red/red.js");

/** What came on one topic, in order. */
interface Heard {
  readonly topic: string;
  readonly payload: unknown;
}

/** Node-RED takes a node without a place on the canvas for a configuration node. */
const placed = (node: FlowNode) => ("z" in node ? { x: 0, y: 0, ...node } : node);

/** A broker, a Node-RED with our package as it would be published, and somebody who plays the units. */
export class City {
  readonly broker: Broker;
  red: NodeRed;
  readonly #ownBroker: boolean;
  readonly #client: MqttClient;
  readonly #package: BuiltPackage;
  readonly #userDir: string;
  #comms: WebSocket;
  #shown: [node: string, status: Shown][] = [];
  #heard: Heard[] = [];

  private constructor(
    { broker, ownBroker }: { readonly broker: Broker; readonly ownBroker: boolean },
    red: NodeRed,
    client: MqttClient,
    built: BuiltPackage,
    userDir: string,
  ) {
    this.broker = broker;
    this.#ownBroker = ownBroker;
    this.red = red;
    this.#client = client;
    this.#package = built;
    this.#userDir = userDir;
    this.#comms = this.#watch();
    client.on("message", (topic, payload) => {
      const text = payload.toString();
      this.#heard.push({ topic, payload: text === "" ? undefined : JSON.parse(text) });
    });
  }

  static async start(options: CityOptions = {}): Promise<City> {
    const broker = options.broker ?? (await startBroker({ port: 0 }));
    const ownBroker = options.broker === undefined;
    const built = await builtPackage();
    const userDir = await mkdtemp(join(tmpdir(), "plinth-user-"));
    const { onMessage } = options;
    const red = await startNodeRed({
      ...{ port: 0, userDir, flow: [], packageDir: built.folder, program: nodeRedProgram },
      ...(onMessage ? { onMessage } : {}),
    });
    const client = await connectAsync(broker.url, { reconnectPeriod: 200 });
    const city = new City({ broker, ownBroker }, red, client, built, userDir);
    await client.subscribeAsync(["plinth/#", "flow/#"], { qos: 1 });
    return city;
  }

  /** Hears what stands under the nodes. */
  #watch(): WebSocket {
    const comms = new WebSocket(`${this.red.url.replace("http:", "ws:")}comms`);
    comms.on("open", () => comms.send(JSON.stringify({ subscribe: "status/#" })));
    comms.on("message", (data) => {
      for (const { topic, data: status } of JSON.parse(String(data)))
        this.#shown.push([String(topic).replace("status/", ""), status]);
    });
    return comms;
  }

  /** Ends Node-RED and starts it again, with the flows that it had. */
  async restart(): Promise<void> {
    this.#comms.terminate();
    await this.red.close();
    this.#shown = [];
    this.red = await startNodeRed({
      ...{ port: 0, userDir: this.#userDir, packageDir: this.#package.folder, program: nodeRedProgram },
    });
    this.#comms = this.#watch();
  }

  /** Configuration node of the broker, for a flow. */
  get brokerNode(): FlowNode {
    const { hostname, port } = new URL(this.broker.url);
    return {
      id: "broker",
      type: "mqtt-broker",
      broker: hostname,
      port,
      protocolVersion: "4",
      keepalive: "60",
    };
  }

  /** Configuration node of the site `via-roma` on that broker, for a flow. */
  readonly siteNode: FlowNode = { id: "site", type: "plinth-site", broker: "broker", site: "via-roma" };

  /** Deploys all flows through the admin API: starts every node anew, or only `nodes` that have changed. */
  async deploy(flow: readonly FlowNode[], type: "full" | "nodes" = "full"): Promise<void> {
    const response = await fetch(`${this.red.url}flows`, {
      method: "POST",
      headers: { "content-type": "application/json", "node-red-deployment-type": type },
      body: JSON.stringify(flow.map(placed)),
    });
    if (!response.ok) throw new Error(`deploy: ${response.status} ${await response.text()}`);
  }

  /** Presses an inject node's button. */
  async inject(id: string): Promise<void> {
    const response = await fetch(`${this.red.url}inject/${id}`, { method: "POST" });
    if (!response.ok) throw new Error(`inject: ${response.status}`);
  }

  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.red.url}${path}`, { headers: { accept: "application/json" } });
    return response.json();
  }

  all(topic: string): unknown[] {
    return this.#heard.filter((heard) => heard.topic === topic).map(({ payload }) => payload);
  }

  last(topic: string): unknown {
    return this.all(topic).at(-1);
  }

  /** What has stood under a node, as the editor was told. */
  statuses(node: string): Shown[] {
    return this.#shown.filter(([id]) => id === node).map(([, status]) => status);
  }

  shown(node: string): Shown | undefined {
    return this.statuses(node).at(-1);
  }

  /** Speaks as a unit does. */
  async say(
    site: string,
    unit: string,
    messages: {
      readonly status?: Status;
      readonly reported?: ReportedSettings;
      readonly description?: Partial<Description>;
    },
  ): Promise<void> {
    const topics = unitTopics(site, unit);
    for (const [name, message] of Object.entries(messages))
      await this.#publish(topics[name as "status" | "reported" | "description"], JSON.stringify(message));
  }

  /** Sends what is not retained. */
  async send(topic: string, message: unknown): Promise<void> {
    await this.#client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
  }

  /** Deletes what the broker retains on a topic. */
  async forget(topic: string): Promise<void> {
    await this.#publish(topic, "");
  }

  /** Whether the broker retains anything on a topic. */
  async retained(topic: string): Promise<boolean> {
    const found: string[] = [];
    const client = await connectAsync(this.broker.url);
    client.on("message", (heard) => found.push(heard));
    await client.subscribeAsync([topic, "flow/retained"], { qos: 1 });
    await client.publishAsync("flow/retained", "1", { qos: 1 });
    while (!found.includes("flow/retained")) await new Promise((resolve) => setTimeout(resolve, 20));
    await client.endAsync();
    return found.includes(topic);
  }

  async publish(topic: string, message: unknown): Promise<void> {
    await this.#publish(topic, JSON.stringify(message));
  }

  /** Empties the flows, and forgets what stood under their nodes. What units said stays. */
  async clearFlows(): Promise<void> {
    await this.deploy([]);
    await this.quiet();
    this.#shown = [];
  }

  /** Empties the flows, deletes what the broker retains, and forgets what was heard. */
  async clear(): Promise<void> {
    await this.deploy([]);
    for (const topic of new Set(this.#heard.map((heard) => heard.topic))) await this.#publish(topic, "");
    await this.quiet();
    this.#heard = [];
    this.#shown = [];
  }

  /** Resolves when all that was published before has been heard. */
  async quiet(): Promise<void> {
    const echoed = new Promise<void>((resolve) => {
      const hear = (topic: string) => {
        if (topic !== "flow/quiet") return;
        this.#client.off("message", hear);
        resolve();
      };
      this.#client.on("message", hear);
    });
    await this.#publish("flow/quiet", "");
    await echoed;
  }

  async close(): Promise<void> {
    this.#comms.terminate();
    await this.red.close();
    await this.#client.endAsync();
    if (this.#ownBroker) await this.broker.close();
    await this.#package.remove();
    await rm(this.#userDir, { recursive: true, force: true });
  }

  async #publish(topic: string, payload: string): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, retain: true });
  }
}
