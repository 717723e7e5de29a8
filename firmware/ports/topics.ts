import type { Cancel } from "#devices/ports/clock.ts";
import type { Message } from "#devices/ports/link.ts";

/** UTF-8 strings on the wire carry a 16-bit length (OASIS mqtt-v3.1.1-os §1.5.3). */
const bytesMax = 65_535;

/** RangeError unless `topic` may be published to (mqtt-v3.1.1-os §4.7): not empty, no wildcard, no U+0000. */
export function checkTopic(topic: string): void {
  checkString("topic", topic);
  if (/[+#]/.test(topic))
    throw new RangeError(`MQTT topic "${topic}" holds a wildcard: + and # belong in filters, not in topics`);
}

/** RangeError unless `filter` may be subscribed to (mqtt-v3.1.1-os §4.7.1): + and # fill whole levels, # the last. */
export function checkFilter(filter: string): void {
  checkString("filter", filter);
  const levels = filter.split("/");
  for (const [index, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || index !== levels.length - 1))
      throw new RangeError(`MQTT filter "${filter}": # stands alone, as the last level`);
    if (level.includes("+") && level !== "+")
      throw new RangeError(`MQTT filter "${filter}": + stands alone in its level`);
  }
}

function checkString(what: string, text: string): void {
  if (text.length === 0) throw new RangeError(`an MQTT ${what} has at least one character`);
  if (text.includes("\u0000")) throw new RangeError(`MQTT ${what} ${JSON.stringify(text)} holds U+0000`);
  if (/\p{Surrogate}/u.test(text))
    throw new RangeError(`MQTT ${what} ${JSON.stringify(text)} is not valid Unicode`);
  if (text.length * 3 <= bytesMax) return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > bytesMax) throw new RangeError(`an MQTT ${what} has at most ${bytesMax} bytes, not ${bytes}`);
}

/** True when a subscription to `filter` gets messages on `topic` (mqtt-v3.1.1-os §4.7.1 and §4.7.2). */
export function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "+" || wanted[0] === "#")) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length || (level !== "+" && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

type Listener = (message: Message) => void;

/** The listeners of one client, by filter. The broker knows the filters; who listens is the client's affair. */
export class Subscriptions {
  readonly #listeners = new Map<string, Set<{ readonly listener: Listener }>>();

  get filters(): string[] {
    return [...this.#listeners.keys()];
  }

  /** @param last called when nobody listens to this filter any more. */
  add(filter: string, listener: Listener, last: () => void): Cancel {
    const entry = { listener };
    const entries = this.#listeners.get(filter) ?? new Set();
    this.#listeners.set(filter, entries.add(entry));
    return () => {
      if (!entries.delete(entry) || entries.size > 0) return;
      this.#listeners.delete(filter);
      last();
    };
  }

  deliver(message: Message): void {
    for (const [filter, entries] of [...this.#listeners])
      if (matches(filter, message.topic)) for (const { listener } of [...entries]) listener(message);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
