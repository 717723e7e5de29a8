import { seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { Link, Message, Will } from "#devices/ports/link.ts";
import { Backoff, type BackoffSettings } from "#firmware/ports/backoff.ts";
import { checkFilter, checkTopic, Subscriptions } from "#firmware/ports/topics.ts";
import type { Session, VirtualBroker } from "./link.ts";

interface Settings {
  readonly clock: Clock;
  readonly backoff: BackoffSettings;
}

const connectLimit = seconds(10);
/** How long a connection must have lasted for the next back-off to start afresh. */
const steady = seconds(10);

/** A client of the virtual broker: the same promises as the MQTT port, kept without a network. */
export class VirtualLink implements Link {
  readonly #broker: VirtualBroker;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #clientId: string;
  readonly #will: Will;
  readonly #subscriptions = new Subscriptions();
  readonly #stateListeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<() => void>();
  #session: Session | undefined;
  #connected = false;
  #connectedAtMs = 0;
  #closed = false;
  /** The one timer of a link: that the broker must answer, or the wait before the next try. */
  #timer: Cancel = () => {};

  constructor(broker: VirtualBroker, settings: Settings, clientId: string, will: Will) {
    checkTopic(will.topic);
    this.#broker = broker;
    this.#clock = settings.clock;
    this.#backoff = new Backoff(clientId, settings.backoff);
    this.#clientId = clientId;
    this.#will = will;
    this.#connect();
  }

  get connected(): boolean {
    return this.#connected;
  }

  publish(topic: string, payload: string, options: { readonly retain?: boolean } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      checkTopic(topic);
      const session = this.#session;
      if (!this.#connected || session === undefined) return reject(this.#notReady(topic));
      const fail = () => reject(this.#notReady(topic));
      this.#inFlight.add(fail);
      this.#broker.publish(session, topic, payload, options.retain ?? false, () => {
        this.#inFlight.delete(fail);
        resolve();
      });
    });
  }

  subscribe(filter: string, listener: (message: Message) => void): Cancel {
    checkFilter(filter);
    if (this.#closed) return () => {};
    const cancel = this.#subscriptions.add(filter, listener, () => {
      if (this.#connected) this.#broker.unsubscribe(this.#session!, filter);
    });
    if (this.#connected) this.#broker.subscribe(this.#session!, filter);
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
    this.#timer();
    this.#subscriptions.clear();
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined && this.#connected) this.#broker.disconnect(session);
    else if (session !== undefined) this.#broker.abandon(session);
    this.#setConnected(false);
    this.#stateListeners.clear();
  }

  #connect(): void {
    const session: Session = {
      clientId: this.#clientId,
      will: this.#will,
      filters: new Set(),
      open: true,
      accepted: () => this.#accepted(session),
      receive: (message) => this.#subscriptions.deliver(message),
      lost: () => this.#lost(session),
    };
    this.#session = session;
    this.#timer = this.#clock.after(connectLimit, () => this.#lost(session));
    this.#broker.connect(session);
  }

  #accepted(session: Session): void {
    if (session !== this.#session) return;
    this.#timer();
    this.#connectedAtMs = this.#clock.now();
    this.#setConnected(true);
  }

  #lost(session: Session): void {
    if (session !== this.#session) return;
    this.#timer();
    this.#session = undefined;
    this.#broker.abandon(session);
    if (this.#connected && this.#clock.now() - this.#connectedAtMs >= steady) this.#backoff.reset();
    this.#setConnected(false);
    if (!this.#closed) this.#timer = this.#clock.after(this.#backoff.next(), () => this.#connect());
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (connected)
      for (const filter of this.#subscriptions.filters) this.#broker.subscribe(this.#session!, filter);
    else this.#failInFlight();
    for (const listener of [...this.#stateListeners]) listener(connected);
  }

  #failInFlight(): void {
    const waiting = [...this.#inFlight];
    this.#inFlight.clear();
    for (const fail of waiting) fail();
  }

  #notReady(topic: string): PortError {
    return new PortError("not-ready", {
      port: "virtual broker",
      operation: `publish ${topic}`,
      detail: this.#closed ? "closed" : "no connection to the broker",
    });
  }
}
