import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { type IClientOptions, MqttClient } from "mqtt";
import { type Duration, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort, Will } from "#devices/ports/link.ts";
import type { BackoffSettings } from "./backoff.ts";
import { BrokerLink } from "./broker-link.ts";
import { describeMqttError } from "./mqtt-error.ts";

export interface MqttSettings {
  /** `mqtt://host:1883`, or `mqtts://host:8883` for TLS. */
  readonly url: string;
  /** Back-off waits on it. */
  readonly clock: Clock;
  readonly username?: string;
  readonly password?: string;
  /** PEM: who may have signed the broker's certificate (instead of the system's list); this unit's own pair. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** A silent connection is tested after this, and given up after one and a half (default 30 s). */
  readonly keepalive?: Duration;
  /** From opening the connection to CONNACK (default 10 s). */
  readonly connectLimit?: Duration;
  /** Default 1 s to 60 s. */
  readonly backoff?: BackoffSettings;
  /** Hears why there is no connection, or no subscription, in one sentence; not again while it stays the same. */
  readonly onError?: (sentence: string, cause: Error) => void;
}

/** How long `close` waits for the broker to hang up. */
const closeLimit = seconds(1);

/**
 * MQTT 3.1.1 over TCP or TLS by mqtt.js. Each connection is a client of its own, in a clean session and without
 * mqtt.js's reconnection and queue: nothing is sent later than the caller knows.
 * RangeError when the url is not `mqtt:` or `mqtts:`.
 */
export function mqttLinkPort(settings: MqttSettings): LinkPort {
  const broker = brokerOf(settings.url);
  return { open: (clientId, will) => new MqttLink(broker, settings, clientId, will) };
}

interface Broker {
  readonly name: string;
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
}

function brokerOf(text: string): Broker {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["mqtt:", "mqtts:"].includes(url.protocol) || url.hostname === "")
    throw new RangeError(`broker url "${text}" is not mqtt://host:port or mqtts://host:port`);
  const tls = url.protocol === "mqtts:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (tls ? 8883 : 1883) : Number(url.port);
  return { name: `${url.protocol}//${url.hostname}:${port}`, tls, host, port };
}

class MqttLink extends BrokerLink {
  readonly #broker: Broker;
  readonly #settings: MqttSettings;
  readonly #options: IClientOptions;
  #client: MqttClient | undefined;
  #lastError: string | undefined;

  constructor(broker: Broker, settings: MqttSettings, clientId: string, will: Will | undefined) {
    super({ broker: broker.name, clock: settings.clock, backoff: settings.backoff }, clientId, will);
    this.#broker = broker;
    this.#settings = settings;
    this.#options = connectOptions(settings, clientId, will);
    this.connect();
  }

  protected connect(): void {
    const client = new MqttClient(() => this.#openStream(), { ...this.#options });
    this.#client = client;
    client.on("connect", () => {
      this.#lastError = undefined;
      this.accepted();
    });
    client.on("message", (topic, payload, { retain }) => this.received({ topic, payload, retain }));
    client.on("error", (error) => this.#report(describeMqttError(this.#broker.name, error), error));
    client.on("close", () => this.#closedBy(client));
  }

  protected send(topic: string, payload: string, retain: boolean, done: (error?: Error) => void): void {
    this.#client?.publish(topic, payload, { qos: 1, retain }, (error) => done(error ?? undefined));
  }

  protected request(filters: string[]): void {
    this.#client?.subscribe(filters, { qos: 1 }, (error) => {
      if (error && this.connected)
        this.#report(
          `broker ${this.#broker.name} refuses the subscription to ${filters.join(", ")}: check its access list`,
          error,
        );
    });
  }

  protected release(filter: string): void {
    this.#client?.unsubscribe(filter);
  }

  /** Leaves with DISCONNECT, so that the broker forgets the will; pulls the plug when it does not hang up in time. */
  protected async leave(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
    const gone = new Promise((resolve) => client.stream.once("close", resolve));
    const cancel = this.clock.after(closeLimit, () => client.stream.destroy());
    client.end(!this.connected);
    await gone;
    cancel();
  }

  #closedBy(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.lost();
  }

  #openStream() {
    const { host, port, tls } = this.#broker;
    const { ca, cert, key } = this.#settings;
    const certificates = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    const socket = tls ? connectTls({ host, port, ...certificates }) : connectTcp({ host, port });
    return socket.setNoDelay(true);
  }

  #report(sentence: string, cause: Error): void {
    if (this.closed || sentence === this.#lastError) return;
    this.#lastError = sentence;
    this.#settings.onError?.(sentence, cause);
  }
}

function connectOptions(settings: MqttSettings, clientId: string, will: Will | undefined): IClientOptions {
  const { username, password } = settings;
  return {
    protocolVersion: 4,
    clean: true,
    clientId,
    keepalive: Math.ceil((settings.keepalive ?? seconds(30)) / 1_000),
    connectTimeout: settings.connectLimit ?? seconds(10),
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Its cache is 65,536 buffers of two bytes, made for the whole process at the first packet: 16 MiB in all.
    writeCache: false,
    ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
