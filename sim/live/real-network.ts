import type { Clock } from "#devices/ports/clock.ts";
import type { Link, LinkPort, Message } from "#devices/ports/link.ts";
import { addressOf, unitTopics } from "#devices/wire.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import type { Broker } from "../broker.ts";
import type { Network } from "../street/simulated-unit.ts";

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
 * The units' way to a real broker: real MQTT in real time, however fast the street's time runs, so that a
 * keep-alive of half a minute is not a matter of milliseconds at 3,600 times real time. Whoever sends commands lives in
 * real time too: what is left of a command's time to live is as long on the street's clock, and longer where that
 * runs faster.
 */
export function realNetwork(broker: Broker, realClock: Clock, pace: Pace): Network {
  const port = mqttLinkPort({ url: broker.url, clock: realClock });
  const translated: LinkPort = { open: (clientId, will) => translating(port.open(clientId, will), pace) };
  return {
    link: () => translated,
    cut: (clientId) => void broker.cut(clientId),
    away: () => broker.stop(),
    back: () => broker.start(),
  };
}

const translating = (link: Link, pace: Pace): Link => ({
  get connected() {
    return link.connected;
  },
  publish: (...message) => link.publish(...message),
  subscribe: (filter, listener) => link.subscribe(filter, (message) => listener(inStreetTime(message, pace))),
  onState: (listener) => link.onState(listener),
  close: () => link.close(),
});

/**
 * A command with what is left of its time to live on the street's clock. What is no command, or none that can be read,
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
