import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Link, LinkPort, Message } from "#devices/ports/link.ts";
import {
  type CommandResult,
  type FlightPiece,
  type Health,
  type ReportedSettings,
  type Status,
  unitTopics,
} from "#devices/wire.ts";
import type { UnitConfig } from "../config.ts";
import { describe } from "./description.ts";

export interface CityListener {
  onDesired(message: Message): Promise<ReportedSettings>;
  onCommand(message: Message): Promise<CommandResult>;
  onReceipt(message: Message): void;
  onConnected(connected: boolean): void;
}

/** Two units with one id would end each other's connections for ever: it names site and unit. */
export const clientIdOf = ({ site, unit }: { readonly site: string; readonly unit: string }) =>
  `plinth-${site}-${unit}`;

/** What a unit says of itself and hears from the city, beside its records. All of it is said again after each reconnect. */
export class CityLink {
  readonly link: Link;
  readonly #topics: ReturnType<typeof unitTopics>;
  /** Retained messages by topic, as they should stand at the broker. */
  readonly #standing = new Map<string, string>();

  constructor(
    port: LinkPort,
    declaration: Furniture,
    config: UnitConfig,
    life: { readonly version: string; readonly boot: number; wall(): number | undefined },
    listener: CityListener,
  ) {
    const topics = unitTopics(config.site, config.unit);
    this.#topics = topics;
    const offline: Status = { state: "offline" };
    this.link = port.open(clientIdOf(config), {
      topic: topics.status,
      payload: JSON.stringify(offline),
    });
    this.#standing.set(topics.description, JSON.stringify(describe(declaration, config, life.version)));
    this.link.subscribe(topics.desired, (message) => {
      void listener.onDesired(message).then((reported) => this.report(reported));
    });
    this.link.subscribe(topics.command, (message) => {
      void listener
        .onCommand(message)
        .then((result) => this.#say(topics.result, JSON.stringify(result), false));
    });
    this.link.subscribe(topics.receipt, (message) => listener.onReceipt(message));
    this.link.onState((connected) => {
      if (connected) this.#sayAll({ state: "online", ...life, since: life.wall() ?? null });
      listener.onConnected(connected);
    });
  }

  report(settings: ReportedSettings): void {
    this.#stand(this.#topics.reported, JSON.stringify(settings));
  }

  health(health: Health): void {
    this.#stand(this.#topics.health, JSON.stringify(health));
  }

  /** Resolves when the broker has it. */
  flight(piece: FlightPiece): Promise<void> {
    return this.link.publish(this.#topics.flight, JSON.stringify(piece));
  }

  /** A goodbye: the broker keeps "offline" for this unit, and no will is needed. */
  async close(): Promise<void> {
    const offline: Status = { state: "offline" };
    if (this.link.connected)
      await this.link.publish(this.#topics.status, JSON.stringify(offline), { retain: true }).catch(() => {});
    await this.link.close();
  }

  #sayAll({ state, version, boot, since }: Status & { since: number | null }): void {
    this.#standing.set(this.#topics.status, JSON.stringify({ state, version, boot, since }));
    for (const [topic, payload] of this.#standing) this.#say(topic, payload, true);
  }

  #stand(topic: string, payload: string): void {
    if (this.#standing.get(topic) === payload) return;
    this.#standing.set(topic, payload);
    if (this.link.connected) this.#say(topic, payload, true);
  }

  /** What does not get through now is said again with the next connection, or is of no use by then. */
  #say(topic: string, payload: string, retain: boolean): void {
    this.link.publish(topic, payload, { retain }).catch(() => {});
  }
}
