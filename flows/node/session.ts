import { milliseconds } from "../../devices/duration.ts";
import type { Cancel, Clock } from "../../devices/ports/clock.ts";
import { type DesiredSettings, type UnitTopics, unitTopics } from "../../devices/wire.ts";
import { readDescription, readDesired, readObject, readReported, readStatus } from "./messages.ts";
import { mustPublish, type Seen, type Standing, standing, unseen } from "./standing.ts";

/**
 * How long retained messages may take after subscribing. MQTT does not tell when the last one came; asking for
 * settings that are already there would do no harm, it would only be noise.
 */
export const settlingTime = milliseconds(500);

export interface SessionOptions {
  readonly kind: string;
  readonly site: string;
  readonly unit: string;
  readonly clock: Pick<Clock, "after">;
  /** Sends a retained message of QoS 1. Called only while connected. */
  publish(topic: string, payload: string): void;
  /** Called once the broker holds settings that were wanted anew. */
  asked(revision: string): void;
  /** Called whenever the standing may have changed. */
  tell(standing: Standing, seen: Seen): void;
}

/** The settings of one unit as one node wants them, from deploy to deploy. */
export class Session {
  readonly topics: UnitTopics;
  readonly #options: SessionOptions;
  #wanted: DesiredSettings;
  /** Nobody was told of what is wanted yet: a deploy or a message asked for it. */
  #isNew: boolean;
  #seen: Seen = unseen;
  #cancelSettling: Cancel = () => {};

  /** @param isNew false when the unit was asked for these settings in a former life */
  constructor(options: SessionOptions, wanted: DesiredSettings, isNew = true) {
    this.#isNew = isNew;
    this.#options = options;
    this.#wanted = wanted;
    this.topics = unitTopics(options.site, options.unit);
  }

  /** Topics to subscribe to. */
  get filters(): readonly string[] {
    const { desired, reported, status, description } = this.topics;
    return [desired, reported, status, description];
  }

  want(wanted: DesiredSettings): void {
    this.#wanted = wanted;
    this.#isNew = true;
    this.#publish();
    this.#tell();
  }

  /** To be told at each change of the broker's connection, before any message of the new one. */
  connection(connected: boolean): void {
    if (connected !== this.#seen.connected) {
      this.#cancelSettling();
      this.#seen = { ...unseen, connected };
      if (connected) this.#cancelSettling = this.#options.clock.after(settlingTime, () => this.#settle());
    }
    this.#tell();
  }

  heard(topic: string, payload: Uint8Array): void {
    const message = readObject(payload);
    const kind = readDescription(message)?.kind;
    const { topics } = this;
    if (topic === topics.desired) this.#see("desired", readDesired(message));
    if (topic === topics.reported) this.#see("reported", readReported(message));
    if (topic === topics.status) this.#see("status", readStatus(message));
    if (topic === topics.description) this.#see("kind", kind);
    this.#tell();
  }

  close(): void {
    this.#cancelSettling();
  }

  #settle(): void {
    this.#seen = { ...this.#seen, settled: true };
    this.#publish();
    this.#tell();
  }

  #see<Name extends keyof Seen>(name: Name, value: Seen[Name] | undefined): void {
    const { [name]: _, ...others } = this.#seen;
    this.#seen = (value === undefined ? others : { ...this.#seen, [name]: value }) as Seen;
  }

  /** What somebody else has published stays, unless ours was wanted since: two editors must not fight. */
  #publish(): void {
    const { desired, settled } = this.#seen;
    const isNews = this.#isNew;
    if (settled) this.#isNew = false;
    if (!isNews && desired !== undefined && desired.revision !== this.#wanted.revision) return;
    if (mustPublish(this.#options.kind, this.#wanted, this.#seen)) {
      this.#see("desired", this.#wanted);
      this.#options.publish(this.topics.desired, JSON.stringify(this.#wanted));
    }
    if (settled && isNews) this.#options.asked(this.#wanted.revision);
  }

  #tell(): void {
    this.#options.tell(standing(this.#options.kind, this.#wanted, this.#seen), this.#seen);
  }
}
