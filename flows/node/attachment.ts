import type { BrokerNode, BrokerUser } from "./red.ts";

export interface AttachmentOptions {
  /** Names the user and its subscriptions at the broker's node. */
  readonly id: string;
  readonly broker: BrokerNode;
  readonly filters: readonly string[];
  /** Told of the connection at once, then at each change, before any message of the new one. */
  connection(connected: boolean): void;
  heard(topic: string, payload: Uint8Array): void;
}

/** Somebody's place at a broker's configuration node, which connects while it has users. */
export class Attachment {
  readonly #options: AttachmentOptions;
  /** The broker sets a status on its users at each change of its connection: our sign to look at it. */
  readonly #user: BrokerUser;
  #isOpen = false;

  constructor(options: AttachmentOptions) {
    this.#options = options;
    this.#user = { id: options.id, status: () => this.#look() };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    const { broker, filters } = this.#options;
    this.#isOpen = true;
    broker.register(this.#user);
    this.#look();
    for (const filter of filters) this.#subscribe(filter);
  }

  /** MQTT.js does not ask again for what another node asked for before: what is retained would not come. */
  #subscribe(filter: string): void {
    const { id, broker, heard } = this.#options;
    broker.subscribe(filter, { qos: 1 }, (topic, payload) => heard(topic, payload), id);
    const isShared = Object.keys(broker.subscriptions[filter] ?? {}).length > 1;
    if (isShared && broker.connected) broker.client?.subscribe({ [filter]: { qos: 1 }, resubscribe: true });
  }

  /** @param removed whether the broker, too, may go when nobody else uses it */
  close(removed: boolean, done: () => void): void {
    const { id, broker, filters } = this.#options;
    if (!this.#isOpen) {
      done();
      return;
    }
    this.#isOpen = false;
    for (const filter of filters) broker.unsubscribe(filter, id, true);
    broker.deregister(this.#user, done, removed);
  }

  #look(): void {
    if (this.#isOpen) this.#options.connection(this.#options.broker.connected);
  }
}
