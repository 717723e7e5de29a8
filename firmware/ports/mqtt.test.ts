import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { Aedes, type AedesOptions } from "aedes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { milliseconds, seconds } from "#devices/duration.ts";
import type { Link } from "#devices/ports/link.ts";
import { systemClock } from "./clock.ts";
import { type MqttSettings, mqttLinkPort } from "./mqtt.ts";
import { describeMqttError } from "./mqtt-error.ts";

const pem = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const pair = (name: string) => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });
const will = { topic: "plinth/test/a/status", payload: "offline" };
const quick = { base: milliseconds(5), cap: milliseconds(20) };

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listen(server: Server, sockets = new Set<Socket>()): Promise<number> {
  server.on("connection", (socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A broker with options, over TLS when there are any for it. */
async function broker(options: AedesOptions = {}, tls?: TlsOptions) {
  const aedes = await Aedes.createBroker(options);
  closers.push(() => new Promise<void>((resolve) => aedes.close(resolve)));
  const server = tls
    ? createTlsServer(tls, (socket) => aedes.handle(socket))
    : createServer((socket) => aedes.handle(socket));
  server.on("tlsClientError", () => {});
  const port = await listen(server);
  return { aedes, port, url: tls ? `mqtts://127.0.0.1:${port}` : `mqtt://127.0.0.1:${port}` };
}

/** A link, and all that it complained about. */
function open(settings: Partial<MqttSettings> & { readonly url: string }) {
  const sentences: string[] = [];
  const port = mqttLinkPort({
    clock: systemClock(),
    backoff: quick,
    onError: (sentence) => sentences.push(sentence),
    ...settings,
  });
  const link = port.open("a", will);
  closers.push(() => link.close());
  return { link, sentences };
}

const connected = (link: Link) =>
  new Promise<void>((resolve) => link.onState((now) => (now ? resolve() : undefined)));
const complaint = (sentences: readonly string[]) =>
  vi.waitFor(() => {
    expect(sentences.length).toBeGreaterThan(0);
    return sentences[0]!;
  });

describe("what is wrong, in one sentence", () => {
  it("nobody listens there", async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { sentences } = open({ url: `mqtt://127.0.0.1:${port}` });
    expect(await complaint(sentences)).toBe(
      `broker mqtt://127.0.0.1:${port} refuses the connection: is the broker running, and the port right?`,
    );
  });

  it("is said once while it stays the same, and again after a connection", async () => {
    const { port, aedes } = await broker();
    const attempts = vi.fn();
    const server = createServer((socket) => {
      attempts();
      if (attempts.mock.calls.length === 4) socket.pipe(connect(port, "127.0.0.1")).pipe(socket);
      else socket.resetAndDestroy();
    });
    aedes.on("clientReady", (client) => client.conn.destroy());
    const { sentences } = open({ url: `mqtt://127.0.0.1:${await listen(server)}` });
    await vi.waitFor(() => expect(attempts.mock.calls.length).toBeGreaterThan(6));
    expect(sentences.length).toBeLessThanOrEqual(2);
    expect(sentences[0]).toContain("reset the connection");
  });

  // Return codes of CONNACK: OASIS mqtt-v3.1.1-os table 3.1.
  it.each([
    [4, "rejects the user name or password"],
    [5, "does not authorise this unit"],
  ])("CONNACK %d", async (returnCode, text) => {
    const { url } = await broker({
      authenticate: (_client, _user, _password, done) =>
        done(Object.assign(new Error(), { returnCode }), null),
    });
    expect(await complaint(open({ url }).sentences)).toContain(text);
  });

  it("the broker answers nothing", async () => {
    const port = await listen(createServer());
    const { sentences } = open({ url: `mqtt://127.0.0.1:${port}`, connectLimit: milliseconds(30) });
    expect(await complaint(sentences)).toContain("accepts the connection but does not answer");
  });

  it("a subscription is refused", async () => {
    const { url } = await broker({ authorizeSubscribe: (_client, _subscription, done) => done(null, null) });
    const { link, sentences } = open({ url });
    link.subscribe("plinth/secret", () => {});
    expect(await complaint(sentences)).toContain("refuses the subscription to plinth/secret");
    expect(link.connected).toBe(true);
  });

  it.each([
    [
      "a certificate nobody here trusts",
      "broker",
      undefined,
      "not trusted here|issuer is not known|did not sign",
    ],
    ["an expired certificate", "expired", "ca.pem", "has expired"],
    ["a certificate for another name", "elsewhere", "ca.pem", "for another name"],
  ])("%s", async (_what, name, ca, text) => {
    const { url } = await broker({}, pair(name));
    const { link, sentences } = open({ url, ...(ca === undefined ? {} : { ca: pem(ca) }) });
    expect(await complaint(sentences)).toMatch(new RegExp(text));
    expect(link.connected).toBe(false);
  });

  it("TLS where there is none", async () => {
    const { port } = await broker();
    const { sentences } = open({ url: `mqtts://127.0.0.1:${port}` });
    expect(await complaint(sentences)).toMatch(/does not speak TLS|reset the connection/);
  });

  it("something that has no name here", () => {
    const error = Object.assign(new Error("odd"), { code: "EODD" });
    expect(describeMqttError("mqtt://x:1", error)).toBe("broker mqtt://x:1: odd");
  });
});

describe("over TLS", () => {
  it("connects to a broker whose certificate the given authority signed, by name or address", async () => {
    const { port } = await broker({}, pair("broker"));
    for (const host of ["localhost", "127.0.0.1"]) {
      const { link } = open({ url: `mqtts://${host}:${port}`, ca: pem("ca.pem") });
      await connected(link);
      await link.publish("plinth/test/x", "1");
      await link.close();
    }
  });

  it("shows its own certificate", async () => {
    const mutual = { ...pair("broker"), ca: pem("ca.pem"), requestCert: true, rejectUnauthorized: true };
    const { url } = await broker({}, mutual);
    await connected(open({ url, ca: pem("ca.pem"), ...pair("unit") }).link);
    const { link, sentences } = open({ url, ca: pem("ca.pem") });
    expect(await complaint(sentences)).toMatch(/wants a client certificate|reset|closed/);
    expect(link.connected).toBe(false);
  });
});

it("gives user name and password", async () => {
  const { url } = await broker({
    authenticate: (_client, user, password, done) =>
      done(null, user === "lamp" && String(password) === "geheim"),
  });
  await connected(open({ url, username: "lamp", password: "geheim" }).link);
});

it("sends small packets at once: Nagle's algorithm is off on every connection", async () => {
  const noDelay = vi.spyOn(Socket.prototype, "setNoDelay");
  closers.push(() => noDelay.mockRestore());
  const { port } = await broker();
  let relayed = 0;
  const relay = createServer((socket) => {
    relayed += 1;
    socket.pipe(connect(port, "127.0.0.1")).pipe(socket);
    if (relayed === 1) setTimeout(() => socket.destroy(), 20);
  });
  const { link } = open({ url: `mqtt://127.0.0.1:${await listen(relay)}` });
  await vi.waitFor(() => expect([relayed, link.connected]).toEqual([2, true]));
  expect(noDelay.mock.calls).toEqual([[true], [true]]);
});

it("closes in order when the broker has stopped answering", async () => {
  const { port } = await broker();
  const frozen: Socket[] = [];
  const relay = createServer({ allowHalfOpen: true }, (socket) => {
    const upstream = connect(port, "127.0.0.1");
    frozen.push(socket, upstream);
    socket.pipe(upstream).pipe(socket, { end: false });
  });
  const { link } = open({ url: `mqtt://127.0.0.1:${await listen(relay)}` });
  await connected(link);
  for (const socket of frozen) socket.unpipe().pause();
  const inFlight = expect(link.publish("plinth/test/x", "1")).rejects.toMatchObject({ kind: "not-ready" });
  await link.close();
  await inFlight;
  expect(link.connected).toBe(false);
});

it("takes its will back when it closes, also while the broker owes it an acknowledgement", async () => {
  const { port, url, aedes } = await broker();
  const published: string[] = [];
  aedes.on("publish", ({ topic }) => published.push(topic));
  const left = new Promise<void>((resolve) => aedes.on("clientDisconnect", () => resolve()));
  let freeze = () => {};
  const relay = createServer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    socket.pipe(upstream).pipe(socket);
    freeze = () => upstream.unpipe(socket);
  });
  const { link } = open({ url: `mqtt://127.0.0.1:${await listen(relay)}` });
  await connected(link);
  freeze();
  const inFlight = expect(link.publish("plinth/test/x", "1")).rejects.toMatchObject({ kind: "not-ready" });
  await link.close();
  await inFlight;
  await left;
  // A round trip of somebody else's: by then the broker would have published the will.
  const witness = mqttLinkPort({ url, clock: systemClock() }).open("b", { ...will, topic: "plinth/b" });
  closers.push(() => witness.close());
  await connected(witness);
  await witness.publish("plinth/test/y", "2");
  expect(published).toContain("plinth/test/x");
  expect(published).not.toContain(will.topic);
});

it("gives a silent connection up after one and a half keep-alive periods, and fails what was in flight", async () => {
  const { port } = await broker();
  const held: Socket[] = [];
  const relay = createServer((socket) => {
    const upstream = connect(port, "127.0.0.1");
    held.push(socket, upstream);
    socket.pipe(upstream).pipe(socket);
  });
  const { link } = open({ url: `mqtt://127.0.0.1:${await listen(relay)}`, keepalive: seconds(1) });
  await connected(link);
  for (const socket of held) socket.unpipe().pause();
  await expect(link.publish("plinth/test/x", "1")).rejects.toMatchObject({ kind: "not-ready" });
  await connected(link);
});

it.each(["", "localhost", "http://localhost", "mqtt://", "ws://localhost:9001"])(
  "refuses the url %j",
  (url) => {
    expect(() => mqttLinkPort({ url, clock: systemClock() })).toThrow(RangeError);
  },
);
