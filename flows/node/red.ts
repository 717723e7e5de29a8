/** The part of Node-RED's runtime API that the nodes use; the same in 4.1 and 5. */

export interface NodeStatus {
  readonly fill?: "red" | "green" | "yellow" | "blue" | "grey";
  readonly shape?: "ring" | "dot";
  readonly text?: string;
}

export interface Message extends Readonly<Record<string, unknown>> {
  readonly payload?: unknown;
  readonly topic?: unknown;
}

export interface RuntimeNode {
  readonly id: string;
  status(status: NodeStatus): void;
  send(message: Message): void;
  log(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** What Node-RED keeps for a node from deploy to deploy; from start to start, where it is set up to. */
  context(): NodeContext;
  on(
    event: "input",
    listener: (message: Message, send: (message: Message) => void, done: (error?: string) => void) => void,
  ): void;
  on(event: "close", listener: (removed: boolean, done: () => void) => void): void;
}

export interface NodeContext {
  /** @throws when the store that Node-RED is set up with cannot answer at once. */
  get(key: string): unknown;
  set(key: string, value: unknown, done: (error?: unknown) => void): void;
}

/** Somebody that a broker tells whenever its connection changes, by setting a status. */
export interface BrokerUser {
  readonly id: string;
  status(status: NodeStatus): void;
}

/** The `mqtt-broker` configuration node (core node 10-mqtt). */
export interface BrokerNode {
  readonly id: string;
  readonly connected: boolean;
  register(user: BrokerUser): void;
  deregister(user: BrokerUser, done: () => void, autoDisconnect: boolean): void;
  subscribe(
    topic: string,
    options: { qos: 0 | 1 | 2 },
    listener: (topic: string, payload: Uint8Array) => void,
    reference: string,
  ): void;
  /** By filter, then by reference. */
  readonly subscriptions: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  /** MQTT.js; there is one as soon as it has connected. */
  readonly client?: {
    subscribe(filters: Readonly<Record<string, { qos: 0 | 1 | 2 } | boolean>>): void;
  };
  unsubscribe(topic: string, reference: string, removeClientSubscription: boolean): void;
  /** Drops the message, and never calls `done`, while it is not connected. */
  publish(
    message: { topic: string; payload: string; qos: 0 | 1 | 2; retain: boolean },
    done: (error?: Error) => void,
  ): void;
}

export interface HttpRequest {
  readonly query: Readonly<Record<string, unknown>>;
}

export interface HttpResponse {
  status(code: number): HttpResponse;
  json(body: unknown): void;
}

export interface Red {
  readonly nodes: {
    createNode(node: RuntimeNode, config: object): void;
    getNode(id: string): unknown;
    registerType(type: string, create: (this: RuntimeNode, config: NodeConfig) => void): void;
  };
  readonly httpAdmin: {
    get(
      path: string,
      permission: unknown,
      handler: (request: HttpRequest, response: HttpResponse) => void,
    ): void;
  };
  readonly events: { once(event: "flows:started", listener: () => void): void };
  readonly auth: { needsPermission(permission: string): unknown };
  _(key: string, values?: Readonly<Record<string, string>>): string;
}

/** A node as flows.json has it. */
export type NodeConfig = Readonly<Record<string, unknown>>;

/** The configuration node that a node names; undefined when there is none, or when it is disabled. */
export function configNode(red: Red, id: unknown): unknown {
  return typeof id === "string" && id !== "" ? (red.nodes.getNode(id) ?? undefined) : undefined;
}
