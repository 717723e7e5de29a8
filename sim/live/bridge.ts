import type { Message } from "#devices/ports/link.ts";
import { addressOf, unitTopics } from "#devices/wire.ts";
import type { Broker } from "../broker.ts";
import type { VirtualBroker } from "../ports/link.ts";
import { inStreetTime, type Pace } from "./street-time.ts";

/** What a bridge needs to know of the street on its near side. */
export interface NearSide extends Pace {
  readonly broker: VirtualBroker;
  /** An id for a command that comes now: see `Street.nextCommandId`. */
  nextCommandId(): number;
  /** A message from outside, in the street's time. */
  receive(message: Message): void;
}

/** Of one unit: the last command of somebody outside, and what it was called in the street. */
interface LastCommand {
  readonly outside: number;
  readonly inside: number;
}

const decode = (payload: Uint8Array) => new TextDecoder().decode(payload);
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/**
 * Between a street's broker in virtual time and a real one, for as long as it is open: what units say goes out, settings
 * and commands come in. Inside, the street is reproducible: what came from outside, and when, is all that is not.
 *
 * Whoever sends commands lives in real time, the units at a date of the scenario: a command gets the street's time to
 * live and an id by the street's clock, and its result the id that was given outside.
 */
export class Bridge {
  readonly #near: NearSide;
  readonly #far: Broker;
  readonly #last = new Map<string, LastCommand>();
  #isOpen = false;
  #close: () => void = () => {};

  constructor(near: NearSide, far: Broker) {
    this.#near = near;
    this.#far = far;
  }

  /** What the far side retains is replaced by what the street retains at this moment. */
  open(): void {
    this.#far.forget();
    this.#isOpen = true;
    for (const message of this.#near.broker.retained("plinth/#")) this.#far.publish(message);
    const stopHearing = this.#far.hear((message) => this.#comesIn(message));
    this.#close = () => {
      this.#isOpen = false;
      stopHearing();
    };
  }

  close(): void {
    this.#close();
  }

  /** The street's broker has taken this message. */
  goesOut(message: Message): void {
    if (this.#isOpen) this.#far.publish(this.#withOutsideId(message));
  }

  #comesIn(message: Message): void {
    const address = addressOf(message.topic);
    if (!address) return;
    const { desired, command } = unitTopics(address.site, address.unit);
    if (message.topic === desired) this.#near.receive(message);
    if (message.topic === command) this.#near.receive(this.#withInsideId(inStreetTime(message, this.#near)));
  }

  #withInsideId(message: Message): Message {
    const command = objectOf(message);
    if (typeof command?.id !== "number") return message;
    const last = this.#last.get(message.topic);
    // One that came before must be known again, and one from before that must not pass for new.
    const inside =
      last && command.id <= last.outside
        ? last.inside - (last.outside - command.id)
        : this.#near.nextCommandId();
    if (!last || command.id > last.outside) this.#last.set(message.topic, { outside: command.id, inside });
    return { ...message, payload: encode({ ...command, id: inside }) };
  }

  #withOutsideId(message: Message): Message {
    const address = addressOf(message.topic);
    if (!address) return message;
    const { result, command } = unitTopics(address.site, address.unit);
    const last = this.#last.get(command);
    if (message.topic !== result || !last) return message;
    const answer = objectOf(message);
    if (typeof answer?.id !== "number") return message;
    return { ...message, payload: encode({ ...answer, id: answer.id + last.outside - last.inside }) };
  }
}

/** The JSON object in a message; undefined for anything else. */
function objectOf({ payload }: Message): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(decode(payload));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
