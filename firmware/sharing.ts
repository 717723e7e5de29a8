import * as Type from "@sinclair/typebox";
import { milliseconds } from "#devices/duration.ts";
import type { Shared } from "#devices/furniture/vocabulary.ts";
import type { Cancel, Clock } from "#devices/ports/clock.ts";
import type { Link, Message } from "#devices/ports/link.ts";
import { isPlausible } from "#devices/sample.ts";
import { type SharedMessage, unitTopics } from "#devices/wire.ts";
import type { Samples } from "./edge/samples.ts";
import { parseMessage } from "./message.ts";

const messageBytesMax = 256;
const schema = Type.Object(
  { value: Type.Number(), timeToLive: Type.Number({ minimum: 0, maximum: 600_000 }) },
  { additionalProperties: false },
);

/**
 * Tells the neighbours what they may use, and hears theirs: `neighbours.<name>` is the highest value that a
 * neighbour vouches for at this moment, 0 when none does. Without a broker it is 0: a comfort, never a need.
 */
export class Sharing {
  readonly #shared: Readonly<Record<string, Shared>>;
  readonly #samples: Samples;
  readonly #clock: Clock;
  readonly #link: Link;
  readonly #site: string;
  readonly #unit: string;
  readonly #heard = new Map<string, { readonly value: number; readonly untilMs: number }>();
  readonly #expiry = new Map<string, Cancel>();
  readonly #refresh = new Map<string, Cancel>();
  /** What the neighbours were told last. */
  readonly #told = new Map<string, number>();
  #subscriptions = new Map<string, Cancel>();
  #running = true;

  constructor(
    shared: Readonly<Record<string, Shared>>,
    samples: Samples,
    clock: Clock,
    link: Link,
    address: { readonly site: string; readonly unit: string },
  ) {
    this.#shared = shared;
    this.#samples = samples;
    this.#clock = clock;
    this.#link = link;
    this.#site = address.site;
    this.#unit = address.unit;
    for (const [name, { source }] of Object.entries(shared))
      samples.thenTell(source, () => this.#changed(name));
    link.onState((connected) => {
      if (connected) for (const name of Object.keys(shared)) this.#tell(name);
    });
  }

  /** Whom to listen to, as the settings say now. */
  listen(neighbours: readonly string[]): void {
    for (const [unit, cancel] of this.#subscriptions) if (!neighbours.includes(unit)) cancel();
    const next = new Map<string, Cancel>();
    for (const unit of neighbours) next.set(unit, this.#subscriptions.get(unit) ?? this.#subscribe(unit));
    this.#subscriptions = next;
    for (const name of Object.keys(this.#shared)) this.#combine(name);
  }

  stop(): void {
    this.#running = false;
    for (const cancel of [
      ...this.#subscriptions.values(),
      ...this.#expiry.values(),
      ...this.#refresh.values(),
    ])
      cancel();
  }

  #subscribe(unit: string): Cancel {
    const topics = unitTopics(this.#site, unit);
    const cancels = Object.keys(this.#shared).map((name) =>
      this.#link.subscribe(topics.shared(name), (message) => this.#hear(unit, name, message)),
    );
    return () => {
      for (const cancel of cancels) cancel();
      for (const name of Object.keys(this.#shared)) this.#heard.delete(`${name} ${unit}`);
    };
  }

  #hear(unit: string, name: string, { payload, retain }: Message): void {
    const { value, refusals } = parseMessage(payload, messageBytesMax, schema);
    if (refusals || retain) return;
    const message = value as SharedMessage;
    const quantity = this.#samples.quantity(`neighbours.${name}`);
    if (!quantity || !isPlausible(quantity, message.value)) return;
    this.#heard.set(`${name} ${unit}`, {
      value: message.value,
      untilMs: this.#clock.now() + message.timeToLive,
    });
    this.#combine(name);
  }

  #combine(name: string): void {
    if (!this.#running) return;
    const now = this.#clock.now();
    let highest = 0;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [key, { value, untilMs }] of this.#heard) {
      if (untilMs <= now) this.#heard.delete(key);
      else if (key.startsWith(`${name} `)) {
        highest = Math.max(highest, value);
        if (value > 0) nextMs = Math.min(nextMs, untilMs);
      }
    }
    this.#expiry.get(name)?.();
    if (nextMs < Number.POSITIVE_INFINITY)
      this.#expiry.set(
        name,
        this.#clock.after(milliseconds(nextMs - now), () => this.#combine(name)),
      );
    const source = `neighbours.${name}`;
    if (this.#samples.latest(source)?.value !== highest) this.#samples.put(source, highest, "good");
  }

  /** A sensor in doubt wakes nobody else. */
  #vouchedFor(name: string): number {
    const sample = this.#samples.latest(this.#shared[name]!.source);
    return sample?.quality === "good" ? sample.value : 0;
  }

  #changed(name: string): void {
    if (this.#vouchedFor(name) !== this.#told.get(name)) this.#tell(name);
  }

  /** On each change, after each reconnect, and again before the neighbours would forget. */
  #tell(name: string): void {
    if (!this.#running) return;
    const { timeToLive } = this.#shared[name]!;
    const value = this.#vouchedFor(name);
    this.#refresh.get(name)?.();
    this.#told.set(name, value);
    if (value !== 0)
      this.#refresh.set(
        name,
        this.#clock.after(milliseconds(timeToLive / 2), () => this.#tell(name)),
      );
    if (!this.#link.connected) return;
    const message: SharedMessage = { value, timeToLive };
    // Not acknowledged, not repeated: the next change or refresh makes up for it.
    this.#link
      .publish(unitTopics(this.#site, this.#unit).shared(name), JSON.stringify(message))
      .catch(() => {});
  }
}
