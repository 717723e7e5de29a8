import type { Message } from "#devices/ports/link.ts";
import { addressOf, unitTopics } from "#devices/wire.ts";

/** How the street's time and real time go. */
export interface Pace {
  /** Virtual Unix milliseconds. */
  nowMs(): number;
  /** Virtual seconds per real one. */
  speed(): number;
  /** Real Unix milliseconds. */
  realWallMs(): number;
}

/**
 * A command with what is left of its time to live on the street's clock: as long as in real time, and longer where the
 * street's runs faster, since whoever sends commands lives in real time. What is no command, or none that can be read,
 * stays as it came: the unit itself says what is wrong with it.
 */
export function inStreetTime(message: Message, { nowMs, speed, realWallMs }: Pace): Message {
  const address = addressOf(message.topic);
  if (!address || message.topic !== unitTopics(address.site, address.unit).command) return message;
  try {
    const command = JSON.parse(new TextDecoder().decode(message.payload));
    if (typeof command?.expires !== "number") return message;
    const expires = nowMs() + (command.expires - realWallMs()) * Math.max(1, speed());
    return { ...message, payload: new TextEncoder().encode(JSON.stringify({ ...command, expires })) };
  } catch {
    return message;
  }
}
