import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { type IClientOptions, MqttClient } from "mqtt";
import { type Duration, seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { Link, LinkPort, Message, Will } from "#devices/ports/link.ts";
import { Backoff, type BackoffSettings } from "./backoff.ts";
import { describeMqttError } from "./mqtt-error.ts";
import { checkFilter, checkTopic, Subscriptions } from "./topics.ts";

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

/** How long a connection must have lasted for the next back-off to start afresh. */
const steady = seconds(10);
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

class MqttLink implements Link {
  readonly #broker: Broker;
  readonly #settings: MqttSettings;
  readonly #options: IClientOptions;
  readonly #backoff: Backoff;
  readonly #subscriptions = new Subscriptions();
  readonly #stateListeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<() => void>();
  #client: MqttClient | undefined;
  #connected = false;
  #connectedAtMs = 0;
  #closed = false;
  #retry: Cancel = () => {};
  #lastError: string | undefined;

  constructor(broker: Broker, settings: MqttSettings, clientId: string, will: Will) {
    checkTopic(will.topic);
    this.#broker = broker;
    this.#settings = settings;
    this.#backoff = new Backoff(clientId, settings.backoff ?? { base: seconds(1), cap: seconds(60) });
    this.#options = connectOptions(settings, clientId, will);
    this.#connect();
  }

  get connected(): boolean {
    return this.#connected;
  }

  publish(topic: string, payload: string, options: { readonly retain?: boolean } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      checkTopic(topic);
      const client = this.#client;
      if (!this.#connected || client === undefined) return reject(this.#notReady(topic));
      const fail = () => reject(this.#notReady(topic));
      this.#inFlight.add(fail);
      client.publish(topic, payload, { qos: 1, retain: options.retain ?? false }, (error) => {
        this.#inFlight.delete(fail);
        if (error) reject(this.#notReady(topic, error));
        else resolve();
      });
    });
  }

  subscribe(filter: string, listener: (message: Message) => void): Cancel {
    checkFilter(filter);
    if (this.#closed) return () => {};
    const cancel = this.#subscriptions.add(filter, listener, () => {
      if (this.#connected) this.#client?.unsubscribe(filter);
    });
    if (this.#connected) this.#requestSubscription([filter]);
    return cancel;
  }

  onState(listener: (connected: boolean) => void): Cancel {
    const entry = (connected: boolean) => listener(connected);
    this.#stateListeners.add(entry);
    listener(this.#connected);
    return () => this.#stateListeners.delete(entry);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry();
    this.#subscriptions.clear();
    const client = this.#client;
    if (client !== undefined) await this.#hangUp(client);
    this.#stateListeners.clear();
  }

  #connect(): void {
    const client = new MqttClient(() => this.#openStream(), { ...this.#options });
    this.#client = client;
    client.on("connect", () => this.#accepted());
    client.on("message", (topic, payload, { retain }) =>
      this.#subscriptions.deliver({ topic, payload, retain }),
    );
    client.on("error", (error) => this.#report(describeMqttError(this.#broker.name, error), error));
    client.on("close", () => this.#lost());
  }

  #openStream() {
    const { host, port, tls } = this.#broker;
    const { ca, cert, key } = this.#settings;
    const certificates = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    const socket = tls ? connectTls({ host, port, ...certificates }) : connectTcp({ host, port });
    return socket.setNoDelay(true);
  }

  #accepted(): void {
    this.#connectedAtMs = this.#settings.clock.now();
    this.#lastError = undefined;
    this.#setConnected(true);
  }

  #lost(): void {
    if (this.#client === undefined) return;
    this.#client = undefined;
    if (this.#connected && this.#settings.clock.now() - this.#connectedAtMs >= steady) this.#backoff.reset();
    this.#setConnected(false);
    if (!this.#closed) this.#retry = this.#settings.clock.after(this.#backoff.next(), () => this.#connect());
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) this.#requestSubscription(this.#subscriptions.filters);
    else this.#failInFlight();
    for (const listener of [...this.#stateListeners]) listener(connected);
  }

  #failInFlight(): void {
    const waiting = [...this.#inFlight];
    this.#inFlight.clear();
    for (const fail of waiting) fail();
  }

  #requestSubscription(filters: string[]): void {
    if (filters.length === 0) return;
    this.#client?.subscribe(filters, { qos: 1 }, (error) => {
      if (error && this.#connected)
        this.#report(
          `broker ${this.#broker.name} refuses the subscription to ${filters.join(", ")}: check its access list`,
          error,
        );
    });
  }

  /** Leaves with DISCONNECT, so that the broker forgets the will; pulls the plug when the broker does not hang up. */
  async #hangUp(client: MqttClient): Promise<void> {
    const wasConnected = this.#connected;
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
    this.#setConnected(false);
    const gone = new Promise((resolve) => client.stream.once("close", resolve));
    const cancel = this.#settings.clock.after(closeLimit, () => client.stream.destroy());
    client.end(!wasConnected);
    await gone;
    cancel();
  }

  #report(sentence: string, cause: Error): void {
    if (this.#closed || sentence === this.#lastError) return;
    this.#lastError = sentence;
    this.#settings.onError?.(sentence, cause);
  }

  #notReady(topic: string, cause?: unknown): PortError {
    const detail = this.#closed ? "closed" : "no connection to the broker";
    return new PortError("not-ready", {
      port: this.#broker.name,
      operation: `publish ${topic}`,
      detail,
      cause,
    });
  }
}

function connectOptions(settings: MqttSettings, clientId: string, will: Will): IClientOptions {
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
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
