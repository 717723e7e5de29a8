import type { Clock } from "../../devices/ports/clock.ts";
import { Attachment } from "./attachment.ts";
import { type Field, settingsRefusals, type Values } from "./declaration.ts";
import { refusalSpoken } from "./phrases.ts";
import type { BrokerNode, NodeStatus, RuntimeNode } from "./red.ts";
import { desiredSettings } from "./revision.ts";
import { Session } from "./session.ts";
import type { Seen, Standing, State } from "./standing.ts";
import { refusedText, statusOf } from "./status.ts";
import type { Text } from "./text.ts";
import type { Wishes } from "./wishes.ts";

export interface UnitNodeParts {
  readonly red: RuntimeNode;
  readonly text: Text;
  readonly kind: string;
  readonly site: string;
  readonly unit: string;
  readonly broker: BrokerNode;
  readonly clock: Pick<Clock, "after">;
  readonly fields: readonly Field[];
  /** Settings of the form. */
  readonly settings: Values;
  readonly wishes: Wishes;
}

/** A deployed node: between the broker's configuration node, the session of its unit, and the flow. */
export class UnitNode {
  readonly #parts: UnitNodeParts;
  readonly #session: Session;
  readonly #attachment: Attachment;
  #state: State | undefined;
  #shown = "";
  #sent = "";

  constructor(parts: UnitNodeParts) {
    this.#parts = parts;
    const { kind, site, unit, clock, broker, red, wishes } = parts;
    const publish = (topic: string, payload: string) => this.#publish(topic, payload);
    const tell = (standing: Standing, seen: Seen) => this.#tell(standing, seen);
    const wanted = desiredSettings(parts.settings);
    const context = red.context();
    const asked = (revision: string) => wishes.asked(context, revision);
    const isNew = !wishes.isOld(context, wanted.revision);
    this.#session = new Session({ kind, site, unit, clock, publish, asked, tell }, wanted, isNew);
    this.#attachment = new Attachment({
      id: red.id,
      broker,
      filters: this.#session.filters,
      connection: (connected) => this.#session.connection(connected),
      heard: (topic, payload) => this.#session.heard(topic, payload),
    });
    red.on("input", (message, _send, done) => done(this.#input(message.payload)));
  }

  start(): void {
    this.#attachment.open();
  }

  /** What is retained stays: the unit goes on with it. */
  stop(removed: boolean, done: () => void): void {
    this.#session.close();
    this.#attachment.close(removed, done);
  }

  /** Settings in a message hold over those of the form until the next message, deploy or start of Node-RED. */
  #input(payload: unknown): string | undefined {
    const { fields, settings, text, unit } = this.#parts;
    if (!this.#attachment.isOpen) return text("log.taken", { unit });
    if (typeof payload !== "object" || payload === null || Array.isArray(payload))
      return this.#refuse(text("log.noObject"));
    const merged = { ...settings, ...payload };
    const [refusal] = settingsRefusals(fields, merged);
    if (refusal) {
      const { field, problem, expected } = refusalSpoken(refusal, text);
      return this.#refuse(text("log.refused", { field, problem, expected }), refusedText(refusal, text));
    }
    this.#session.want(desiredSettings(merged));
    return undefined;
  }

  #refuse(reason: string, short = reason): string {
    this.#show({ fill: "red", shape: "dot", text: short });
    return reason;
  }

  #show(status: NodeStatus): void {
    const shown = JSON.stringify(status);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#parts.red.status(status);
  }

  #publish(topic: string, payload: string): void {
    const { broker, red, text } = this.#parts;
    broker.publish({ topic, payload, qos: 1, retain: true }, (error) => {
      if (error) red.error(text("log.unsent", { topic, error: String(error) }));
    });
  }

  #tell(standing: Standing, seen: Seen): void {
    if (!this.#attachment.isOpen) return;
    const { red, text, kind, unit } = this.#parts;
    this.#show(statusOf(standing, text));
    if (standing.state !== this.#state) {
      if (standing.state === "mismatch")
        red.error(text("log.mismatch", { unit, kind, found: standing.found ?? "" }));
      if (standing.state === "waiting" && !standing.known) red.warn(text("log.unknown", { unit }));
      if (standing.state === "replaced") red.warn(text("log.replaced", { unit }));
    }
    this.#send(standing, seen);
    this.#state = standing.state;
  }

  /** One message for each change, none while it is not known how things stand. */
  #send({ state, revision, online, refusals }: Standing, { reported }: Seen): void {
    const { red, site, unit } = this.#parts;
    const idle = state === "connecting" || (state === "disconnected" && this.#sent === "");
    const report = { site, unit, state, revision, online, refusals, inForce: reported?.inForce ?? null };
    const text = JSON.stringify(report);
    if (idle || text === this.#sent) return;
    this.#sent = text;
    red.send({ topic: this.#session.topics.reported, payload: report });
  }
}
