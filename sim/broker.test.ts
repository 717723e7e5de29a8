import { createServer } from "node:net";
import { expect, it } from "vitest";
import { BrokerError, startBroker } from "./broker.ts";

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
