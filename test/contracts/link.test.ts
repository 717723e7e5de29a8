import { milliseconds } from "#devices/duration.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { startBroker } from "#sim/broker.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { linkContract } from "./link.ts";

const backoff = { base: milliseconds(5), cap: milliseconds(50) };

function virtualBench(latencyMs: number) {
  return async () => {
    const loop = new EventLoop();
    const broker = new VirtualBroker(new VirtualClock(loop), { latency: milliseconds(latencyMs) });
    return {
      port: broker.port({ backoff }),
      stop: async () => broker.stop(),
      start: async () => broker.start(),
      cut: (clientId: string) => broker.cut(clientId),
      until: async (condition: () => boolean) => {
        const endMs = loop.now + 3_600_000;
        while (!condition() && loop.now < endMs) await loop.runUntil(loop.now + 1);
        if (!condition()) throw new Error(`an hour of virtual time did not make it so: ${condition}`);
      },
      close: async () => {},
    };
  };
}

async function mqttBench() {
  const broker = await startBroker({ port: 0 });
  return {
    port: mqttLinkPort({ url: broker.url, clock: systemClock(), backoff }),
    stop: broker.stop,
    start: broker.start,
    cut: broker.cut,
    until: async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
    },
    close: broker.close,
  };
}

linkContract("the virtual link, 20 ms away", virtualBench(20));
linkContract("the virtual link, with no latency", virtualBench(0));
linkContract("the MQTT link, on a real broker", mqttBench);
