import { Attachment } from "./attachment.ts";
import { type NodeClock, nodeClock } from "./clock.ts";
import { Commander, type Outcome } from "./commander.ts";
import { spoken } from "./phrases.ts";
import { badName, isName, noBroker, type Place, placeOf, rest } from "./place.ts";
import type { Message, NodeStatus, Red, RuntimeNode } from "./red.ts";
import { expectation, refusals } from "./schema.ts";
import type { Text } from "./text.ts";
import { type Kind, type Order, timeToLive } from "./vocabulary.ts";

type Values = Readonly<Record<string, unknown>>;

/** Registers the node type that sends a command to a unit, and tells what became of it. */
export function registerCommand(red: Red, kinds: readonly Kind[]): void {
  const text: Text = (key, values) => red._(key, values);

  red.nodes.registerType("furniture command", function (config) {
    red.nodes.createNode(this, config);
    const unit = String(config.unit ?? "");
    const kind = kinds.find((one) => one.kind === config.kind);
    const order = kind?.orders.find(({ name }) => name === config.command);
    const timeToLiveS = Number(config.timeToLive ?? timeToLive.default);
    const bad = misconfigured(unit, order, timeToLiveS, text);
    const { place, fault = bad } = placeOf(red, config.site, text);
    if (!place || !kind || !order || fault) {
      rest(this, fault ?? {});
      return;
    }
    const args = typeof config.args === "object" && config.args !== null ? (config.args as Values) : {};
    const node = new FurnitureCommand({
      ...{ red: this, text, place, unit, kind, order, args, timeToLiveS, clock: nodeClock },
    });
    node.start();
    this.on("close", (removed, done) => node.stop(removed, done));
  });
}

/** Why a node cannot work as its form was filled in; undefined when it can. */
function misconfigured(
  unit: string,
  order: Order | undefined,
  timeToLiveS: number,
  text: Text,
): NodeStatus | undefined {
  if (unit !== "" && !isName(unit)) return badName(unit, text);
  const red = { fill: "red", shape: "ring" } as const;
  if (!order) return { ...red, text: text("status.noCommand") };
  if (refusals(timeToLive, timeToLiveS, "").length === 0) return undefined;
  return {
    ...red,
    text: text("status.badTimeToLive", { expected: spoken(expectation(timeToLive, "s"), text) }),
  };
}

interface Parts {
  readonly red: RuntimeNode;
  readonly text: Text;
  readonly place: Place;
  /** Empty: each message names it. */
  readonly unit: string;
  readonly kind: Kind;
  readonly order: Order;
  /** Of the form. */
  readonly args: Values;
  readonly timeToLiveS: number;
  readonly clock: NodeClock;
}

/** A deployed node: between the flow, its commander, and the broker's configuration node. */
class FurnitureCommand {
  readonly #parts: Parts;
  readonly #commander: Commander;
  readonly #attachment: Attachment;
  #shown = "";

  constructor(parts: Parts) {
    this.#parts = parts;
    const { red, place, unit, kind, order, clock, text, timeToLiveS } = parts;
    const { broker, site } = place;
    this.#commander = new Commander({
      ...{ site, unit, kind, order, clock, text, timeToLiveS },
      publish: (topic, payload) =>
        broker.publish({ topic, payload, qos: 1, retain: false }, (error) => {
          if (error) red.error(text("log.unsent", { topic, error: String(error) }));
        }),
      changed: () => this.#show(this.#standing()),
    });
    this.#attachment = new Attachment({
      ...{ id: red.id, broker, filters: this.#commander.filters },
      connection: (connected) => this.#commander.connection(connected),
      heard: (topic, payload) => this.#commander.heard(topic, payload),
    });
    red.on("input", (message, send, done) => this.#input(message, send, done));
  }

  start(): void {
    this.#attachment.open();
  }

  stop(removed: boolean, done: () => void): void {
    this.#commander.close();
    this.#attachment.close(removed, done);
  }

  #input(message: Message, send: (message: Message) => void, done: () => void): void {
    const { unit, args } = this.#parts;
    const { payload } = message;
    const over = typeof payload === "object" && payload !== null && !Array.isArray(payload) ? payload : {};
    const to = unit === "" ? String(message.unit ?? "") : unit;
    this.#commander.command(to, { ...args, ...over }, (outcome) => {
      send({ ...message, ...resultOf(outcome) });
      done();
      this.#show(this.#outcome(outcome));
    });
  }

  #outcome({ result, unit, reason }: Outcome): NodeStatus {
    const { text, order } = this.#parts;
    const values = { unit, command: order.title, reason };
    if (result === "accepted") return { fill: "green", shape: "dot", text: text("status.accepted", values) };
    if (result === "refused") return { fill: "red", shape: "dot", text: text("status.refused", values) };
    return { fill: "red", shape: "ring", text: text("status.timedOut", values) };
  }

  /** How the unit stands, and what is on its way to it. */
  #standing(): NodeStatus {
    const { text, unit, order } = this.#parts;
    const { connected, state, pending } = this.#commander;
    if (!connected) return noBroker(text);
    const isAway = unit !== "" && state !== "online";
    const values = { unit, command: order.title, pending: String(pending) };
    const standing = state === undefined ? "unknown" : state;
    if (pending > 0)
      return {
        ...(isAway
          ? ({ fill: "yellow", shape: "ring" } as const)
          : ({ fill: "blue", shape: "dot" } as const)),
        text: text(isAway ? "status.sentOffline" : "status.sent", values),
      };
    if (unit === "") return { fill: "grey", shape: "dot", text: text("status.ready") };
    return isAway
      ? { fill: "yellow", shape: "ring", text: text(`status.${standing}`, values) }
      : { fill: "grey", shape: "dot", text: text("status.online", values) };
  }

  #show(status: NodeStatus): void {
    const shown = JSON.stringify(status);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#parts.red.status(status);
  }
}

/** What a message tells of a command. */
const resultOf = ({ result, ...rest }: Outcome): Message => ({ ...rest, payload: result });
