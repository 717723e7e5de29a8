import { recordClasses } from "#devices/furniture/vocabulary.ts";
import type { Link, LinkPort, Message } from "#devices/ports/link.ts";
import { unitTopics } from "#devices/wire.ts";
import type { Recorder } from "../recorder.ts";

/** A message as it may be written down; undefined for one that a replay has no use for. */
export type ScrubMessage = (message: Message) => Uint8Array | undefined;

/** Longer ones are noted by their length: nobody compares settings in force byte by byte. */
const publishedBytesMax = 1_024;

export const publishedText = (payload: string): string =>
  payload.length > publishedBytesMax ? `${payload.length} bytes` : payload;

/**
 * Whether what goes out on a topic is noted: not records, which are among what the unit did, nor what a unit says of its
 * version, its outbox and its starts, nor a flight record, lest it carry the last one.
 */
export function isNotedTopic(address: {
  readonly site: string;
  readonly unit: string;
}): (topic: string) => boolean {
  const { description, status, health, flight, record } = unitTopics(address.site, address.unit);
  const records = recordClasses.map(record);
  const untold = new Set([description, status, health, flight, ...records]);
  return (topic) => !untold.has(topic);
}

/**
 * Notes the connection, what came in, and what went out beside records: those are among what the unit did.
 * @param isNoted whether what goes out on a topic is
 */
export const recordedLink = (
  port: LinkPort,
  recorder: Recorder,
  scrub: ScrubMessage,
  isNoted: (topic: string) => boolean,
): LinkPort => ({
  open(clientId, will) {
    const link = port.open(clientId, will);
    link.onState((connected) => {
      if (connected === recorder.known.connected) return;
      recorder.learn({ connected });
      recorder.note("link", "", { payload: Uint8Array.of(connected ? 1 : 0) });
    });
    const recorded: Link = {
      get connected() {
        return link.connected;
      },
      publish(topic, payload, options) {
        if (isNoted(topic)) recorder.note("published", topic, { payload: publishedText(payload) });
        return link.publish(topic, payload, options);
      },
      subscribe: (filter, listener) =>
        link.subscribe(filter, (message) => {
          const payload = scrub(message);
          if (payload)
            recorder.note("message", message.topic, {
              payload: Uint8Array.of(message.retain ? 1 : 0, ...payload),
            });
          listener(message);
        }),
      onState: (listener) => link.onState(listener),
      close: () => link.close(),
    };
    return recorded;
  },
});
