import { seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { Link, Message, Will } from "#devices/ports/link.ts";
import { Backoff, type BackoffSettings } from "./backoff.ts";
import { checkFilter, checkTopic, Subscriptions } from "./topics.ts";

export interface BrokerLinkSettings {
  /** As error messages name the broker: its url. */
  readonly broker: string;
  /** Back-off waits on it. */
  readonly clock: Clock;
  /** Default 1 s to 60 s. */
  readonly backoff: BackoffSettings | undefined;
}

/** How long a connection must have lasted for the next back-off to start afresh. */
const steady = seconds(10);

/**
 * What every link does whatever carries it: waits between connections, subscribes again, and fails what was in
 * flight when a connection ends. A subclass carries packets; it calls `connect` once it is built, and reports by
 * `accepted`, `lost` and `received`.
 */
export abstract class BrokerLink implements Link {
  protected readonly clock: Clock;
  readonly #broker: string;
  readonly #backoff: Backoff;
  readonly #subscriptions = new Subscriptions();
  readonly #stateListeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<() => void>();
  #connected = false;
  #connectedAtMs = 0;
  #closed = false;
  #retry: Cancel = () => {};

  constructor({ broker, clock, backoff }: BrokerLinkSettings, clientId: string, will: Will | undefined) {
    if (will) checkTopic(will.topic);
    this.clock = clock;
    this.#broker = broker;
    this.#backoff = new Backoff(clientId, backoff ?? { base: seconds(1), cap: seconds(60) });
  }

  /** CONNECT, on a connection of its own. `accepted` or `lost` follows. */
  protected abstract connect(): void;
  /** PUBLISH, QoS 1. @param done called at PUBACK, or with what went wrong. */
  protected abstract send(
    topic: string,
    payload: string,
    retain: boolean,
    done: (error?: Error) => void,
  ): void;
  /** SUBSCRIBE, QoS 1. */
  protected abstract request(filters: string[]): void;
  /** UNSUBSCRIBE. */
  protected abstract release(filter: string): void;
  /** DISCONNECT, or the end of an attempt; nothing is reported from then on. */
  protected abstract leave(): Promise<void>;

  get connected(): boolean {
    return this.#connected;
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  publish(topic: string, payload: string, options: { readonly retain?: boolean } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      checkTopic(topic);
      const fail = (cause?: Error) => reject(this.#notReady(topic, cause));
      if (!this.#connected) {
        fail();
        return;
      }
      this.#inFlight.add(fail);
      this.send(topic, payload, options.retain ?? false, (error) => {
        this.#inFlight.delete(fail);
        if (error === undefined) resolve();
        else fail(error);
      });
    });
  }

  subscribe(filter: string, listener: (message: Message) => void): Cancel {
    checkFilter(filter);
    if (this.#closed) return () => {};
    const cancel = this.#subscriptions.add(filter, listener, () => {
      if (this.#connected) this.release(filter);
    });
    if (this.#connected) this.request([filter]);
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
    const left = this.leave();
    this.#setConnected(false);
    this.#stateListeners.clear();
    await left;
  }

  protected accepted(): void {
    this.#connectedAtMs = this.clock.now();
    this.#setConnected(true);
  }

  protected lost(): void {
    if (this.#closed) return;
    if (this.#connected && this.clock.now() - this.#connectedAtMs >= steady) this.#backoff.reset();
    this.#setConnected(false);
    if (!this.#closed) this.#retry = this.clock.after(this.#backoff.next(), () => this.connect());
  }

  protected received(message: Message): void {
    this.#subscriptions.deliver(message);
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected) this.#requestAll();
    else this.#failInFlight();
    for (const listener of [...this.#stateListeners]) listener(connected);
  }

  /** Before anybody hears of the connection: what they publish then finds the subscriptions in place. */
  #requestAll(): void {
    const { filters } = this.#subscriptions;
    if (filters.length > 0) this.request(filters);
  }

  #failInFlight(): void {
    const waiting = [...this.#inFlight];
    this.#inFlight.clear();
    for (const fail of waiting) fail();
  }

  #notReady(topic: string, cause: Error | undefined): PortError {
    const detail = this.#closed ? "closed" : "no connection to the broker";
    return new PortError("not-ready", { port: this.#broker, operation: `publish ${topic}`, detail, cause });
  }
}
