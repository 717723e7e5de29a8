import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";

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
  /** Ends one client's connection as a pulled cable does. @returns whether it was connected. */
  cut(clientId: string): boolean;
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

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const away = () => hangUp(server, sockets);
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
    cut: (clientId) => {
      const client = clients.get(clientId);
      client?.conn.destroy();
      return client !== undefined;
    },
    close: async () => {
      await away();
      await closeAedes();
    },
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

async function hangUp(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}
