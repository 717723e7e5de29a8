import { type Duration, milliseconds, seconds } from "#devices/duration.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort, Message, Will } from "#devices/ports/link.ts";
import type { BackoffSettings } from "#firmware/ports/backoff.ts";
import { TopicTree } from "./topic-tree.ts";
import { VirtualLink } from "./virtual-link.ts";

export interface VirtualBrokerSettings {
  /** One way, the same for all: order is kept. At 0 a message arrives before time moves on (default 20 ms). */
  readonly latency?: Duration;
  /** A client that hears nothing gives the connection up after one and a half of it (default 30 s). */
  readonly keepalive?: Duration;
  /** Told of every message that the broker takes from a client, and of wills: for a bridge to another broker. */
  readonly onRouted?: (message: Message) => void;
}

export interface VirtualPortSettings {
  /** The unit's clock, on which it waits to reconnect; a halted one never does. Default: the broker's. */
  readonly clock?: Clock;
  /** Default 1 s to 60 s. */
  readonly backoff?: BackoffSettings;
}

/** One connection between a client and the broker. */
export interface Session {
  readonly clientId: string;
  readonly will: Will | undefined;
  readonly filters: Set<string>;
  open: boolean;
  accepted(): void;
  receive(message: Message): void;
  /** The connection is gone, without DISCONNECT. */
  lost(): void;
}

const encoder = new TextEncoder();

/**
 * An MQTT 3.1.1 broker and the network to it, in virtual time: QoS 1, retained messages, wills, clean sessions
 * (OASIS mqtt-v3.1.1-os). Same calls, same order, same result. Faults are verbs.
 */
export class VirtualBroker {
  readonly #clock: Clock;
  readonly #latency: Duration;
  readonly #keepalive: Duration;
  readonly #sessions = new Map<string, Session>();
  readonly #subscribers = new TopicTree<Set<Session>>();
  readonly #retained = new TopicTree<Message>();
  #running = true;
  /** What reached a stalled broker and waits there. */
  #stalled: (() => void)[] | undefined;
  #pubacksToDrop = 0;
  #messagesToDouble = 0;
  #routed = 0;
  readonly #onRouted: (message: Message) => void;

  constructor(clock: Clock, settings: VirtualBrokerSettings = {}) {
    this.#clock = clock;
    this.#latency = settings.latency ?? milliseconds(20);
    this.#keepalive = settings.keepalive ?? seconds(30);
    this.#onRouted = settings.onRouted ?? (() => {});
  }

  port(settings: VirtualPortSettings = {}): LinkPort {
    const clock = settings.clock ?? this.#clock;
    const { backoff } = settings;
    return { open: (clientId, will) => new VirtualLink(this, { clock, backoff }, clientId, will) };
  }

  /** Messages that the broker has taken from clients. */
  get routed(): number {
    return this.#routed;
  }

  /** Client identifiers that are connected now. */
  get clients(): string[] {
    return [...this.#sessions.keys()];
  }

  /** A message from a bridge: as if a client that is always connected had published it. Lost while the broker is away. */
  inject(message: Message): void {
    this.#travel(() => {
      if (this.#running) this.#work(() => this.#travel(this.#deliver(message)));
    });
  }

  /** What a new subscriber of that filter would be told. */
  retained(filter: string): readonly Message[] {
    return this.#retained.selectedBy(filter);
  }

  // Faults.

  /** The broker is away: every connection ends, new ones are refused. What it retains, it keeps. */
  stop(): void {
    this.#running = false;
    this.#stalled = undefined;
    for (const session of [...this.#sessions.values()]) this.#drop(session);
  }

  start(): void {
    this.#running = true;
  }

  /** Ends one client's connection without DISCONNECT. @returns whether it was connected. */
  cut(clientId: string): boolean {
    const session = this.#sessions.get(clientId);
    if (session !== undefined) this.#drop(session);
    return session !== undefined;
  }

  /** The next `count` PUBACKs are lost: the message got through, its publisher never learns. */
  dropPuback(count: number): void {
    this.#pubacksToDrop += count;
  }

  /** The next `count` messages are delivered twice to everybody, as QoS 1 allows. */
  duplicate(count: number): void {
    this.#messagesToDouble += count;
  }

  /** The broker hangs: it takes bytes and answers nothing, until `resume` lets it work off what has come in. */
  stall(): void {
    if (!this.#running || this.#stalled !== undefined) return;
    const waiting: (() => void)[] = [];
    this.#stalled = waiting;
    this.#clock.after(milliseconds(this.#keepalive * 1.5), () => {
      if (this.#stalled === waiting) for (const session of [...this.#sessions.values()]) session.lost();
    });
  }

  resume(): void {
    const waiting = this.#stalled ?? [];
    this.#stalled = undefined;
    for (const run of waiting) run();
  }

  // What a client's connection can do.

  /** CONNECT: `accepted` follows, or `lost` when nothing listens there. */
  connect(session: Session): void {
    this.#travel(() => {
      if (!this.#running) this.#travel(() => session.lost());
      else this.#work(() => this.#accept(session));
    });
  }

  publish(session: Session, topic: string, payload: string, retain: boolean, acknowledged: () => void): void {
    this.#send(session, () => {
      const deliver = this.#route({ topic, payload: encoder.encode(payload), retain });
      const dropped = this.#pubacksToDrop > 0;
      if (dropped) this.#pubacksToDrop -= 1;
      this.#travel(() => {
        if (!dropped) acknowledged();
        deliver();
      });
    });
  }

  subscribe(session: Session, filter: string): void {
    this.#send(session, () => {
      if (!session.open) return;
      session.filters.add(filter);
      const subscribers = this.#subscribers.get(filter);
      if (subscribers === undefined) this.#subscribers.set(filter, new Set([session]));
      else subscribers.add(session);
      const retained = this.#retained.selectedBy(filter);
      if (retained.length === 0) return;
      this.#travel(() => {
        for (const message of retained) if (session.open) session.receive(message);
      });
    });
  }

  unsubscribe(session: Session, filter: string): void {
    this.#send(session, () => this.#forget(session, filter));
  }

  /** DISCONNECT: the will is forgotten. */
  disconnect(session: Session): void {
    this.#send(session, () => this.#end(session));
  }

  /** The client's side of the connection is gone without DISCONNECT: the broker publishes the will. */
  abandon(session: Session): void {
    session.open = false;
    this.#work(() => this.#bury(session));
  }

  #accept(session: Session): void {
    if (!session.open) return;
    const older = this.#sessions.get(session.clientId);
    if (older !== undefined) this.#drop(older);
    this.#sessions.set(session.clientId, session);
    this.#travel(() => {
      if (session.open) session.accepted();
    });
  }

  #drop(session: Session): void {
    session.lost();
    this.abandon(session);
  }

  #bury(session: Session): void {
    if (this.#sessions.get(session.clientId) !== session) return;
    this.#end(session);
    if (!session.will) return;
    const { topic, payload } = session.will;
    this.#travel(this.#route({ topic, payload: encoder.encode(payload), retain: true }));
  }

  #end(session: Session): void {
    session.open = false;
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId);
    for (const filter of [...session.filters]) this.#forget(session, filter);
  }

  #forget(session: Session, filter: string): void {
    session.filters.delete(filter);
    const subscribers = this.#subscribers.get(filter);
    subscribers?.delete(session);
    if (subscribers?.size === 0) this.#subscribers.delete(filter);
  }

  /** @returns what brings the message to its subscribers. Only a new subscription sees the retain flag (§3.3.1.3). */
  #route(message: Message): () => void {
    this.#routed += 1;
    this.#onRouted(message);
    return this.#deliver(message);
  }

  #deliver(message: Message): () => void {
    if (message.retain) this.#retain(message);
    const recipients = new Set<Session>();
    for (const sessions of this.#subscribers.matching(message.topic))
      for (const session of sessions) recipients.add(session);
    const copies = this.#messagesToDouble > 0 ? 2 : 1;
    this.#messagesToDouble -= copies - 1;
    const live = message.retain ? { ...message, retain: false } : message;
    return () => {
      for (const session of recipients)
        for (let copy = 0; copy < copies; copy++) if (session.open) session.receive(live);
    };
  }

  #retain(message: Message): void {
    if (message.payload.length === 0) this.#retained.delete(message.topic);
    else this.#retained.set(message.topic, message);
  }

  /** From a client to the broker; lost when the connection ends on the way. */
  #send(session: Session, run: () => void): void {
    this.#travel(() => {
      if (session.open) this.#work(run);
    });
  }

  #work(run: () => void): void {
    if (this.#stalled === undefined) run();
    else this.#stalled.push(run);
  }

  #travel(run: () => void): void {
    if (this.#latency === 0) queueMicrotask(run);
    else this.#clock.after(this.#latency, run);
  }
}
