import { milliseconds } from "#devices/duration.ts";
import type { Link, LinkPort } from "#devices/ports/link.ts";
import type { Errors } from "#firmware/bundled.ts";
import { Subscriptions } from "#firmware/ports/topics.ts";
import type { FlightEvent } from "#firmware/recorder/event.ts";
import type { ReplayClock } from "../clock.ts";

/** How long a PUBACK takes. It is not in the record: an outbox waits for it, and nothing that a unit does. */
const acknowledged = milliseconds(40);

/** The connection as it was, with the messages that came. What the unit publishes is heard by `onPublished`. */
export class ReplayedLink implements LinkPort {
  readonly #clock: ReplayClock;
  readonly #errors: Errors;
  readonly #onPublished: (topic: string, payload: string) => void;
  readonly #subscriptions = new Subscriptions();
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #inFlight = new Set<() => void>();
  #connected = false;

  constructor(clock: ReplayClock, errors: Errors, onPublished: (topic: string, payload: string) => void) {
    this.#clock = clock;
    this.#errors = errors;
    this.#onPublished = onPublished;
  }

  open(): Link {
    const link = this;
    return {
      get connected() {
        return link.#connected;
      },
      publish: (topic, payload) => this.#publish(topic, payload),
      subscribe: (filter, listener) => this.#subscriptions.add(filter, listener, () => {}),
      onState: (listener) => {
        const own = (connected: boolean) => listener(connected);
        this.#listeners.add(own);
        own(this.#connected);
        return () => this.#listeners.delete(own);
      },
      close: async () => {},
    };
  }

  become(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    if (!connected) for (const fail of [...this.#inFlight]) fail();
    for (const listener of [...this.#listeners]) listener(connected);
  }

  receive({ subject, payload }: FlightEvent): void {
    this.#subscriptions.deliver({ topic: subject, payload: payload.slice(1), retain: payload[0] === 1 });
  }

  #publish(topic: string, payload: string): Promise<void> {
    this.#onPublished(topic, payload);
    return new Promise((resolve, reject) => {
      const fail = () => {
        this.#inFlight.delete(fail);
        reject(
          this.#errors.port({
            ...{ kind: "not-ready", port: "broker", operation: `publish ${topic}` },
            words: "no connection to the broker",
          }),
        );
      };
      if (!this.#connected) return fail();
      this.#inFlight.add(fail);
      this.#clock.after(acknowledged, () => {
        this.#inFlight.delete(fail);
        resolve();
      });
    });
  }
}
