import { createServer, type Server } from "node:net";
import { Aedes } from "aedes";
import type { Cancel } from "#devices/ports/clock.ts";
import type { Message } from "#devices/ports/link.ts";
import { Valve } from "./valve.ts";

export interface BrokerSettings {
  /** Default 1883; 0 lets the system choose. */
  readonly port?: number;
  /** Default 127.0.0.1: nobody outside this machine gets in. */
  readonly host?: string;
}

export interface Broker {
  /** `mqtt://host:port`, with the port that was chosen. */
  readonly url: string;
  /** The fault "broker away": every connection ends, new ones are refused. What it retains, it keeps. */
  stop(): Promise<void>;
  /** Listens again, on the same port. Rejects with BrokerError. */
  start(): Promise<void>;
  /** The fault "broker hangs": it reads nothing and sends nothing, on present and new connections, until `resume`. */
  stall(): void;
  resume(): void;
  /** Ends one client's connection as a pulled cable does. @returns whether it was connected. */
  cut(clientId: string): boolean;
  /** A message from this process itself: whoever is connected gets it, and what is retained is kept meanwhile. */
  publish(message: Message): void;
  /** Calls back for each message that a client has published. */
  hear(listener: (message: Message) => void): Cancel;
  /** Forgets every message that it retains, and tells whoever is connected with an empty one. */
  forget(): void;
  /** Ends every connection and forgets everything. */
  close(): Promise<void>;
}

/** The broker could not listen. `code` is Node's: EADDRINUSE (taken), EACCES (below 1024), EADDRNOTAVAIL (host). */
export class BrokerError extends Error {
  readonly code: string;
  readonly host: string;
  readonly port: number;

  constructor(code: string, host: string, port: number, cause: Error) {
    const reason = code === "EADDRINUSE" ? "the port is taken" : cause.message;
    super(`no MQTT broker on ${host}:${port}: ${reason}`, { cause });
    this.name = "BrokerError";
    this.code = code;
    this.host = host;
    this.port = port;
  }
}

/** An MQTT 3.1.1 broker in this process, over TCP. Nothing it retains survives the process. */
export async function startBroker({ port = 1883, host = "127.0.0.1" }: BrokerSettings = {}): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const clients = new Map<string, { readonly conn: { destroy(): unknown } }>();
  aedes.on("clientReady", (client) => clients.set(client.id, client));
  aedes.on("clientDisconnect", (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
  });

  const retained = new Set<string>();
  const listeners = new Set<(message: Message) => void>();
  aedes.on("publish", ({ topic, payload, retain }, client) => {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : new Uint8Array(payload);
    if (retain && bytes.length > 0) retained.add(topic);
    else if (retain) retained.delete(topic);
    if (client) for (const listener of listeners) listener({ topic, payload: bytes, retain });
  });
  const publish = inOrder(({ topic, payload, retain }, done) =>
    aedes.publish({ cmd: "publish", dup: false, qos: 1, topic, payload: Buffer.from(payload), retain }, done),
  );

  const valves = new Set<Valve>();
  let isStalled = false;
  const server = createServer({ noDelay: true }, (socket) => {
    const valve = new Valve(socket, isStalled);
    valves.add(valve);
    valve.once("close", () => valves.delete(valve));
    aedes.handle(valve);
  });
  const away = () => hangUp(server, valves);
  const closeAedes = () => new Promise<void>((resolve) => aedes.close(resolve));

  const listening = await listen(server, host, port).catch(async (error) => {
    await closeAedes();
    throw error;
  });
  return {
    url: `mqtt://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    stop: away,
    start: async () => {
      if (!server.listening) await listen(server, host, listening);
    },
    stall: () => {
      isStalled = true;
      for (const valve of valves) valve.shut();
    },
    resume: () => {
      isStalled = false;
      for (const valve of valves) valve.open();
    },
    cut: (clientId) => {
      const client = clients.get(clientId);
      client?.conn.destroy();
      return client !== undefined;
    },
    publish,
    hear: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    forget: () => {
      for (const topic of retained) publish({ topic, payload: new Uint8Array(), retain: true });
    },
    close: async () => {
      await away();
      await closeAedes();
    },
  };
}

/** So many messages may wait for those before them; of more, what nobody retains is lost. */
const waitingMax = 10_000;

/**
 * One message after the other: of two at once, Aedes takes the first for a copy when the second overtakes it, as it does
 * where only the first is retained, and delivers it to nobody.
 */
function inOrder(publish: (message: Message, done: () => void) => void): (message: Message) => void {
  const waiting: Message[] = [];
  let isBusy = false;
  const next = () => {
    const message = waiting.shift();
    isBusy = message !== undefined;
    if (message) publish(message, next);
  };
  return (message) => {
    if (!message.retain && waiting.length >= waitingMax) return;
    waiting.push(message);
    if (!isBusy) next();
  };
}

/** @returns the port that is listened on. */
function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(new BrokerError(error.code ?? "EIO", host, port, error));
    server.once("error", failed);
    server.listen({ host, port }, () => {
      server.off("error", failed);
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}

async function hangUp(server: Server, connections: ReadonlySet<Valve>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const connection of connections) connection.destroy();
  await closed;
}
