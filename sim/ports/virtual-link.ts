import { seconds } from "#devices/duration.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Will } from "#devices/ports/link.ts";
import type { BackoffSettings } from "#firmware/ports/backoff.ts";
import { BrokerLink } from "#firmware/ports/broker-link.ts";
import type { Session, VirtualBroker } from "./link.ts";

interface Settings {
  readonly clock: Clock;
  readonly backoff: BackoffSettings | undefined;
}

const connectLimit = seconds(10);

/** A client of the virtual broker. */
export class VirtualLink extends BrokerLink {
  readonly #broker: VirtualBroker;
  readonly #clientId: string;
  readonly #will: Will | undefined;
  #session: Session | undefined;
  #giveUp: Cancel = () => {};

  constructor(broker: VirtualBroker, settings: Settings, clientId: string, will: Will | undefined) {
    super({ broker: "virtual broker", ...settings }, clientId, will);
    this.#broker = broker;
    this.#clientId = clientId;
    this.#will = will;
    this.connect();
  }

  protected connect(): void {
    const session: Session = {
      clientId: this.#clientId,
      will: this.#will,
      filters: new Set(),
      open: true,
      accepted: () => {
        this.#giveUp();
        this.accepted();
      },
      receive: (message) => this.received(message),
      lost: () => this.#lost(session),
    };
    this.#session = session;
    this.#giveUp = this.clock.after(connectLimit, () => this.#lost(session));
    this.#broker.connect(session);
  }

  protected send(topic: string, payload: string, retain: boolean, done: () => void): void {
    this.#broker.publish(this.#session!, topic, payload, retain, done);
  }

  protected request(filters: string[]): void {
    for (const filter of filters) this.#broker.subscribe(this.#session!, filter);
  }

  protected release(filter: string): void {
    this.#broker.unsubscribe(this.#session!, filter);
  }

  protected async leave(): Promise<void> {
    this.#giveUp();
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) return;
    if (this.connected) this.#broker.disconnect(session);
    else this.#broker.abandon(session);
  }

  #lost(session: Session): void {
    if (session !== this.#session) return;
    this.#giveUp();
    this.#session = undefined;
    this.#broker.abandon(session);
    this.lost();
  }
}
