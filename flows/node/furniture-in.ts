import { seconds } from "../../devices/duration.ts";
import { Attachment } from "./attachment.ts";
import { type NodeClock, nodeClock } from "./clock.ts";
import { Ear } from "./ear.ts";
import { type Filter, filterOf } from "./filter.ts";
import { badName, isName, noBroker, type Place, placeOf, rest } from "./place.ts";
import type { Message, NodeStatus, Red, RuntimeNode } from "./red.ts";
import { Shown } from "./shown.ts";
import type { Text } from "./text.ts";
import type { Kind } from "./vocabulary.ts";

/** A street says more in a second than anybody reads under a node. */
const showPause = seconds(0.5);

/** Registers the node type that hands on what units tell. */
export function registerIn(red: Red, kinds: readonly Kind[]): void {
  const text: Text = (key, values) => red._(key, values);

  red.nodes.registerType("furniture in", function (config) {
    red.nodes.createNode(this, config);
    const filter = filterOf(config);
    const bad = filter.unit === "" || isName(filter.unit) ? undefined : badName(filter.unit, text);
    const { place, fault = bad } = placeOf(red, config.site, text);
    if (!place || fault) {
      rest(this, fault ?? {});
      return;
    }
    const node = new FurnitureIn({ red: this, text, place, filter, kinds, clock: nodeClock });
    node.start();
    this.on("close", (removed, done) => node.stop(removed, done));
  });
}

interface Parts {
  readonly red: RuntimeNode;
  readonly text: Text;
  readonly place: Place;
  readonly filter: Filter;
  readonly kinds: readonly Kind[];
  readonly clock: NodeClock;
}

/** A deployed node: between the broker's configuration node, what it hears there, and the flow. */
class FurnitureIn {
  readonly #parts: Parts;
  readonly #ear: Ear;
  readonly #attachment: Attachment;
  readonly #shown: Shown;
  #connected = false;
  #last: Message | undefined;
  #warned = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { red, place, filter, kinds, clock } = parts;
    this.#ear = new Ear({
      ...{ site: place.site, filter, kinds, clock },
      tell: (message) => this.#tell(message),
      changed: () => this.#changed(),
    });
    this.#shown = new Shown(red, clock, showPause);
    this.#attachment = new Attachment({
      ...{ id: red.id, broker: place.broker, filters: this.#ear.filters },
      connection: (connected) => this.#connection(connected),
      heard: (topic, payload) => this.#ear.heard(topic, payload),
    });
  }

  start(): void {
    this.#attachment.open();
  }

  stop(removed: boolean, done: () => void): void {
    this.#ear.close();
    this.#shown.close();
    this.#attachment.close(removed, done);
  }

  #connection(connected: boolean): void {
    if (connected !== this.#connected) this.#ear.connection(connected);
    this.#connected = connected;
    this.#show();
  }

  #tell(message: Message): void {
    this.#last = message;
    this.#parts.red.send(message);
    this.#show();
  }

  #changed(): void {
    const { red, text } = this.#parts;
    if (this.#ear.strange > 0 && !this.#warned) {
      this.#warned = true;
      red.warn(text("log.strange"));
    }
    this.#show();
  }

  #show(): void {
    const { text } = this.#parts;
    this.#shown.show(this.#connected ? this.#status() : noBroker(text));
  }

  #status(): NodeStatus {
    const { text } = this.#parts;
    const { units, strange } = this.#ear;
    const parts = [
      this.#last ? inWords(this.#last) : text("status.listening"),
      text("status.units", { units: String(units) }),
      ...(strange > 0 ? [text("status.strange", { strange: String(strange) })] : []),
    ];
    return { fill: units > 0 ? "green" : "grey", shape: "dot", text: parts.join(" · ") };
  }
}

/** A message as there is room for it under a node: `lamp-1 temperature 21.5 °C`, `lamp-1 doorOpen raised`. */
function inWords({ unit, name, payload, type, unitOfMeasure }: Message): string {
  const value = typeof payload === "object" && payload !== null ? undefined : String(payload ?? "?");
  const measure = unitOfMeasure === "1" ? undefined : unitOfMeasure;
  return [unit, type === "status" ? undefined : name, value, measure]
    .filter((part) => part !== undefined)
    .join(" ");
}
