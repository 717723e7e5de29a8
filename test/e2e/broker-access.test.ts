import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressOf, unitTopics } from "#devices/wire.ts";
import { root } from "#scripts/root.ts";

/**
 * The broker of deploy/mosquitto, real, with nothing changed but its port and the places of its files: who may publish
 * and hear which topic of devices/wire.ts.
 */
const run = promisify(execFile);
const site = "my-street";
const own = unitTopics(site, "lamp-01");
const other = unitTopics(site, "lamp-02");
const elsewhere = unitTopics("via-roma", "lamp-01");
const topicsOf = (topics: typeof own) => ({
  ...topics,
  record: topics.record("event"),
  shared: topics.shared("presence"),
});
/** By wire.ts: what travels to the unit, and from whom. All else is the unit's own word. */
const toUnit = {
  desired: ["node-red"],
  command: ["node-red", "technician"],
  receipt: ["store"],
} as const;
const others = ["node-red", "technician", "store"] as const;
const users = [`${site}/lamp-01`, `${site}/lamp-02`, "via-roma/lamp-01", ...others] as const;
/** Somebody was careless when names were given away. */
const wildcard = `${site}/+`;

let folder: string;
let broker: ChildProcess;
let port: number;
let said = "";
let watcher: MqttClient;
/** `<user> <topic>` of each message that came through to whoever hears all. */
const passed = new Set<string>();

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function client(username: string, password = `secret of ${username}`): Promise<MqttClient> {
  const ca = await readFile(join(folder, "broker.crt"));
  const url = `mqtts://localhost:${port}`;
  return await connectAsync(url, { username, password, ca, reconnectPeriod: 0, connectTimeout: 10_000 });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plinth-mosquitto-"));
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const pair = ["-keyout", join(folder, "broker.key"), "-out", join(folder, "broker.crt")];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...pair]);
  const passwords = join(folder, "plinth.passwords");
  await writeFile(passwords, "");
  for (const user of [...users, wildcard, "watcher"])
    await run("mosquitto_passwd", ["-b", passwords, user, `secret of ${user}`]);
  const rules = await readFile(join(root, "deploy/mosquitto/plinth.acl"), "utf8");
  await writeFile(join(folder, "plinth.acl"), `user watcher\ntopic read #\n\n${rules}`);
  for (const _ of ["first", "after a unit was added"])
    await run("sh", [join(root, "deploy/mosquitto/plinth-units.sh"), folder]);
  port = await freePort();
  const given = await readFile(join(root, "deploy/mosquitto/plinth.conf"), "utf8");
  const settings = given
    .replace("listener 8883", `listener ${port} 127.0.0.1`)
    .replaceAll(/\/etc\/mosquitto\/(certs\/)?/g, `${folder}/`);
  await writeFile(join(folder, "plinth.conf"), `${settings}\npersistence_location ${folder}/\nuser root\n`);
  broker = spawn("/usr/sbin/mosquitto", ["-c", join(folder, "plinth.conf")]);
  broker.stderr!.on("data", (text) => {
    said += text;
  });
  broker.on("error", ({ message }) => {
    said += message;
  });
  for (let tries = 0; !said.includes("running"); tries++) {
    if (broker.exitCode !== null || tries > 200) throw new Error(`mosquitto does not run: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  watcher = await client("watcher");
  watcher.on("message", (topic, payload) => passed.add(`${payload} ${topic}`));
  await watcher.subscribeAsync("#", { qos: 1 });
});
afterAll(async () => {
  await watcher?.endAsync();
  broker?.kill();
  if (broker && broker.exitCode === null) await once(broker, "exit");
  await rm(folder, { recursive: true, force: true });
});

const nextMessage = (of: MqttClient) => new Promise<void>((resolve) => of.once("message", () => resolve()));

/** Publishes on every topic of each of the units, then waits until all that is allowed has come through. */
async function publishAll(user: string, units: readonly (typeof own)[]): Promise<string[]> {
  const publisher = await client(user);
  const topics = units.flatMap((unit) => Object.values(topicsOf(unit)));
  for (const topic of [...topics, "plinth", "something/else"])
    await publisher.publishAsync(topic, user, { qos: 1 });
  await publisher.endAsync();
  // Mosquitto takes one message after the other: what comes after them all has come last.
  const last = `last of ${user}`;
  const marker = await client("node-red");
  await marker.publishAsync(own.command, last, { qos: 1 });
  await marker.endAsync();
  while (!passed.has(`${last} ${own.command}`)) await nextMessage(watcher);
  return [...passed].filter((line) => line.startsWith(`${user} `)).map((line) => line.split(" ")[1]!);
}

describe("at the broker of a city", () => {
  it("a unit says what is its own, and nothing in another unit's name, nor commands, settings or receipts", async () => {
    const heard = await publishAll(`${site}/lamp-01`, [own, other, elsewhere]);
    const { desired: _, command: __, receipt: ___, ...word } = topicsOf(own);
    expect(heard.sort()).toEqual(Object.values(word).sort());
  });

  it("a unit of the same name on another site says nothing for it", async () => {
    const heard = await publishAll("via-roma/lamp-01", [own]);
    expect(heard).toEqual([]);
  });

  it.each(others)("%s says what units expect of it, to all of them, and nothing more", async (user) => {
    const heard = await publishAll(user, [own, other, elsewhere]);
    const its = Object.entries(toUnit).flatMap(([name, from]) =>
      (from as readonly string[]).includes(user) ? [name as keyof typeof toUnit] : [],
    );
    expect(heard.sort()).toEqual(its.flatMap((name) => [own[name], other[name], elsewhere[name]]).sort());
  });

  it.each([
    [
      `${site}/lamp-01`,
      [own.desired, own.command, own.receipt, own.shared("presence"), other.shared("presence")],
    ],
    [
      "via-roma/lamp-01",
      [elsewhere.desired, elsewhere.command, elsewhere.receipt, elsewhere.shared("presence")],
    ],
    ["technician", [own, other, elsewhere].flatMap(({ result, flight }) => [result, flight])],
    ["store", [own, other, elsewhere].map((unit) => topicsOf(unit).record)],
    ["node-red", [own, other, elsewhere].flatMap((unit) => Object.values(topicsOf(unit)))],
  ] as const)("%s hears what is for it alone", async (user, expected) => {
    const listener = await client(user);
    const heard = new Set<string>();
    let last = "";
    listener.on("message", (topic, payload) => {
      if (`${payload}` === "last") last = topic;
      else heard.add(topic);
    });
    await listener.subscribeAsync(["#", "plinth/+/+/shared/+"], { qos: 1 });
    const others = [other, elsewhere].flatMap((unit) => Object.values(topicsOf(unit)));
    await listener.subscribeAsync(others, { qos: 1 });
    const senderOf = (name: string, topic: string) => {
      const { site, unit } = addressOf(topic)!;
      return (toUnit as Record<string, readonly string[]>)[name]?.[0] ?? `${site}/${unit}`;
    };
    const all = [own, other, elsewhere].flatMap((unit) => Object.entries(topicsOf(unit)));
    const [end] = expected;
    // Mosquitto takes one message after the other: what comes after them all has come last.
    for (const [name, topic, payload] of [
      ...all.map(([name, topic]) => [name, topic, "x"] as const),
      ...all.filter(([, topic]) => topic === end).map(([name, topic]) => [name, topic, "last"] as const),
    ]) {
      const sender = senderOf(name, topic);
      // Each user has one connection.
      const publisher = sender === user ? listener : await client(sender);
      await publisher.publishAsync(topic, payload, { qos: 1 });
      if (publisher !== listener) await publisher.endAsync();
    }
    while (last !== end) await nextMessage(listener);
    await listener.endAsync();
    expect([...heard].sort()).toEqual([...expected].sort());
  });

  it.each([
    ["without a name", "", ""],
    ["with a wrong password", `${site}/lamp-01`, "guess"],
    ["that nobody knows", `${site}/lamp-99`, "guess"],
  ])("nobody %s is let in", async (_, username, password) => {
    await expect(client(username, password)).rejects.toThrow(/Not authorized|Bad username/i);
  });

  it("a name with a wildcard is no key to others' topics, and gets no rule as a unit does", async () => {
    expect(await publishAll(wildcard, [own])).toEqual([]);
    const rules = await readFile(join(folder, "plinth.acl"), "utf8");
    const units = users.filter((user) => user.includes("/"));
    expect(rules.match(/(?<=^user ).*\/.*$/gm)).toEqual([...units].sort());
  });
});
