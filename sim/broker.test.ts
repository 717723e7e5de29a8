import { createServer } from "node:net";
import { expect, it } from "vitest";
import { milliseconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import type { Link } from "#devices/ports/link.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { BrokerError, startBroker } from "./broker.ts";

const wait = { timeout: 20_000, interval: 20 };

it("says which port is taken", async () => {
  const first = await startBroker({ port: 0 });
  const port = Number(new URL(first.url).port);
  const error = await startBroker({ port }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BrokerError);
  expect(error).toMatchObject({
    code: "EADDRINUSE",
    host: "127.0.0.1",
    port,
    message: `no MQTT broker on 127.0.0.1:${port}: the port is taken`,
  });
  await first.close();
});

it("frees its port, and says so when somebody else took it while the broker was away", async () => {
  const broker = await startBroker({ port: 0 });
  const port = Number(new URL(broker.url).port);
  await broker.stop();
  await broker.stop();
  const squatter = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => squatter.once("listening", resolve));
  await expect(broker.start()).rejects.toMatchObject({ code: "EADDRINUSE", port });
  await new Promise((resolve) => squatter.close(resolve));
  await broker.start();
  await broker.start();
  await broker.close();
});

it("does not know a client that never came", async () => {
  const broker = await startBroker({ port: 0 });
  expect(broker.cut("nobody")).toBe(false);
  await broker.close();
});

it("hangs when it is stalled, and goes on with what has come meanwhile", async () => {
  const broker = await startBroker({ port: 0 });
  const clock = systemClock();
  const open = (id: string) =>
    mqttLinkPort({ url: broker.url, clock }).open(id, { topic: `${id}/status`, payload: "gone" });
  const speaker = open("speaker");
  const listener = open("listener");
  const heard: string[] = [];
  listener.subscribe("news", ({ payload }) => heard.push(new TextDecoder().decode(payload)));
  const connected = (link: Link) => expect.poll(() => link.connected, wait).toBe(true);
  await connected(speaker);
  await connected(listener);
  await speaker.publish("news", "before");
  await expect.poll(() => heard, wait).toEqual(["before"]);

  broker.stall();
  let isAcknowledged = false;
  const published = speaker.publish("news", "meanwhile").then(() => {
    isAcknowledged = true;
  });
  const late = open("late");
  // A connection that is made to a broker that hangs is taken by the system, and answered by nobody.
  await sleep(clock, milliseconds(200));
  expect([isAcknowledged, heard, late.connected]).toEqual([false, ["before"], false]);

  broker.resume();
  await published;
  await connected(late);
  await expect.poll(() => heard, wait).toEqual(["before", "meanwhile"]);
  for (const link of [speaker, listener, late]) await link.close();
  await broker.close();
});
