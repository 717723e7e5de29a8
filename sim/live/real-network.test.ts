import { afterEach, expect, it } from "vitest";
import { unitTopics } from "#devices/wire.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { type Broker, startBroker } from "../broker.ts";
import { realNetwork } from "./real-network.ts";

const { command, desired } = unitTopics("via-roma", "lamp-1");
const will = { topic: "test", payload: "" };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What a unit gets of what a city publishes, on a street whose clock shows 1,000,000 ms. */
async function received(speed: number, ...messages: [topic: string, payload: string][]): Promise<string[]> {
  const broker: Broker = await startBroker({ port: 0 });
  const clock = systemClock();
  const pace = { nowMs: () => 1_000_000, speed: () => speed, realWallMs: () => 5_000 };
  const unit = realNetwork(broker, clock, pace).link(clock).open("unit", will);
  const city = mqttLinkPort({ url: broker.url, clock }).open("city", will);
  closers.push(
    () => broker.close(),
    () => unit.close(),
    () => city.close(),
  );
  const got: string[] = [];
  unit.subscribe("plinth/#", ({ payload }) => got.push(new TextDecoder().decode(payload)));
  await expect.poll(() => unit.connected && city.connected).toBe(true);
  for (const [topic, payload] of messages) await city.publish(topic, payload);
  await expect.poll(() => got.length).toBe(messages.length);
  return got;
}

it("puts what is left of a command's time to live on the street's clock", async () => {
  const [sent] = await received(1, [command, '{"id":7,"expires":35000,"command":"setPort","args":{}}']);
  expect(JSON.parse(sent!)).toEqual({ id: 7, expires: 1_030_000, command: "setPort", args: {} });
});

it("gives as many real seconds on a street that runs faster, and no fewer on one that is slow or stands", async () => {
  for (const [speed, expires] of [
    [60, 2_800_000],
    [0, 1_030_000],
  ] as const) {
    const [sent] = await received(speed, [command, '{"expires":35000}']);
    expect(JSON.parse(sent!)).toEqual({ expires });
  }
});

it("leaves alone what is no command, and what cannot be read", async () => {
  const messages: [string, string][] = [
    [desired, '{"expires":35000}'],
    [command, "no JSON"],
    [command, '{"id":1}'],
    [command, "null"],
  ];
  expect(await received(1, ...messages)).toEqual(messages.map(([, payload]) => payload));
});
