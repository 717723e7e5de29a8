import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { buildFlows } from "#scripts/bundle/flows.ts";
import { root } from "#scripts/root.ts";

/** deploy/node-red/, as a city starts it: in a process of its own, from nothing. */
const settings = join(root, "deploy/node-red/settings.cjs");
const program = createRequire(import.meta.url).resolve("node-red/red.js");

let home: string;
let port: number;
let child: ChildProcess | undefined;
let said = "";

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "plinth-node-red-"));
  await buildFlows({ kinds: Object.values(catalogue), outDir: join(home, "package/dist") });
  await symlink(join(root, "flows/package.json"), join(home, "package/package.json"));
  await mkdir(join(home, "data/node_modules/@plinth"), { recursive: true });
  await symlink(join(home, "package"), join(home, "data/node_modules/@plinth/node-red"));
  port = await freePort();
});
afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
});
afterAll(() => rm(home, { recursive: true }));

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => found(free));
    });
  });
}

/** Starts it, and resolves when it listens. */
async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  said = "";
  child = spawn(process.execPath, [program, "--settings", settings], {
    env: {
      ...process.env,
      PLINTH_NODE_RED_HOME: join(home, "data"),
      PLINTH_NODE_RED_PORT: `${port}`,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.on("data", (data) => {
      said += data;
    });
  await expect
    .poll(() => said + (child?.exitCode === null ? "" : "ended"), { timeout: 60_000, interval: 100 })
    .toMatch(/Started flows|ended$/);
  if (child.exitCode !== null) throw new Error("Node-RED ended");
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, method, headers, rejectUnauthorized: false });
    call.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: text });
    });
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function login(password: string): Promise<string | undefined> {
  const asked = {
    client_id: "node-red-editor",
    grant_type: "password",
    scope: "",
    username: "admin",
    password,
  };
  const { status, body } = await ask("POST", "/auth/token", asked);
  return status === 200 ? (JSON.parse(body) as { access_token: string }).access_token : undefined;
}

const firstPassword = () => join(home, "data/first-password");
const mode = (path: string) => (statSync(join(home, "data", path)).mode & 0o777).toString(8);
const tab = { id: "t", type: "tab", label: "T" };
let password: string;

describe("a city's Node-RED", () => {
  it("makes its secrets at the first start, for its owner's eyes only", async () => {
    await start();
    expect(said).toContain(`The password of admin is in ${firstPassword()} until the first login.`);
    password = readFileSync(firstPassword(), "utf8").trim();
    expect(password).toMatch(/^[a-z2-9]{20}$/);
    expect(said).not.toContain(password);
    expect(["first-password", "password-hash", "credential-secret"].map(mode)).toEqual(["600", "600", "600"]);
    expect([mode("tls"), mode("tls/key.pem")]).toEqual(["700", "600"]);
    expect(readFileSync(join(home, "data/password-hash"), "utf8")).toMatch(/^\$2[aby]\$12\$/);
  });

  it("speaks HTTPS only, and tells nothing to whoever has not logged in", async () => {
    await start();
    const plain = new Promise((resolve) => {
      const call = plainRequest({ host: "127.0.0.1", port, path: "/flows" }, (response) =>
        resolve(response.statusCode),
      );
      call.on("error", () => resolve("no HTTP"));
      call.end();
    });
    expect(await plain).toBe("no HTTP");
    for (const path of ["/flows", "/nodes", "/settings/user", "/context/global"])
      expect(await ask("GET", path), path).toMatchObject({ status: 401 });
    expect(await ask("POST", "/flows", [tab])).toMatchObject({ status: 401 });
    expect(await login("admin")).toBeUndefined();
  });

  it("lets its administrator in, who then deploys; the password is shown no more", async () => {
    await start();
    const token = await login(password);
    expect(token).toBeDefined();
    expect(existsSync(firstPassword())).toBe(false);
    expect(await ask("POST", "/flows", [tab], token)).toMatchObject({ status: 204 });
    expect(JSON.parse((await ask("GET", "/flows", undefined, token)).body)).toEqual([tab]);
  });

  it("has our nodes, and none that runs programs or reads this machine's files", async () => {
    await start();
    const token = await login(password);
    const listed = await ask("GET", "/nodes", undefined, token);
    const sets = JSON.parse(listed.body) as { types: string[] }[];
    const types = sets.flatMap((set) => set.types);
    expect(types).toEqual(expect.arrayContaining(["streetlight", "bench", "floor", "curb", "plinth-site"]));
    for (const type of ["exec", "file", "file in", "watch"]) expect(types).not.toContain(type);
  });

  it("installs nothing, from the editor or from a function node", async () => {
    await start();
    const token = await login(password);
    const palette = await ask("POST", "/nodes", { module: "node-red-contrib-gpio" }, token);
    expect(palette.status).toBeGreaterThanOrEqual(400);
    const code = {
      id: "f",
      z: "t",
      type: "function",
      func: "return msg;",
      libs: [{ var: "os", module: "os" }],
    };
    await ask("POST", "/flows", [tab, { ...code, x: 1, y: 1, wires: [[]] }], token);
    await expect
      .poll(() => said, { timeout: 10_000 })
      .toMatch(/function:f.*(externalModules|external modules)/i);
  });

  it("can be made to be looked at only", async () => {
    await start({ PLINTH_READ_ONLY: "1" });
    const token = await login(password);
    expect(await ask("GET", "/flows", undefined, token)).toMatchObject({ status: 200 });
    for (const path of ["/flows", "/inject/x", "/nodes"])
      expect((await ask("POST", path, [tab], token)).status, path).toBe(401);
  });

  it("makes guessing slow: after five wrong passwords the right one waits too", async () => {
    await start();
    for (let guess = 0; guess < 5; guess++) expect(await login(`guess${guess}`)).toBeUndefined();
    expect(await login(password)).toBeUndefined();
  });

  it("says what is wrong with a port, and with half a certificate", async () => {
    await expect(start({ PLINTH_NODE_RED_PORT: "http" })).rejects.toThrow();
    expect(said).toContain("PLINTH_NODE_RED_PORT is http: expected a port from 1 to 65535");
    await rm(join(home, "data/tls/cert.pem"));
    await expect(start()).rejects.toThrow();
    expect(said).toContain("has no cert.pem: put both there, or neither");
  });
});
