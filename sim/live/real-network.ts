import type { Clock } from "#devices/ports/clock.ts";
import type { LinkPort } from "#devices/ports/link.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import type { Broker } from "../broker.ts";
import type { Network } from "../street/simulated-unit.ts";

/**
 * The units' way to a real broker: real MQTT in real time, however fast the street's time runs, so that a
 * keep-alive of half a minute is not a matter of milliseconds at 3,600 times real time.
 */
export function realNetwork(broker: Broker, realClock: Clock): Network {
  const port = (): LinkPort => mqttLinkPort({ url: broker.url, clock: realClock });
  return {
    link: port,
    cut: (clientId) => void broker.cut(clientId),
    away: () => broker.stop(),
    back: () => broker.start(),
  };
}
