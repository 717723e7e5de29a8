/** Node-RED as a process of its own, on this machine only, with our package in its palette. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { access, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { seconds } from "#devices/duration.ts";
import { type Clock, sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { languageOf } from "./node-red-language.ts";

/** A node of a flow, or a configuration node, as Node-RED keeps it in flows.json. */
export interface FlowNode extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly type: string;
}

export interface NodeRedSettings {
  /** Default 1880; 0 lets the system choose. */
  readonly port?: number;
  /** Default 127.0.0.1: who reaches the editor can run code. */
  readonly host?: string;
  /** Folder for flows, settings and log; made when it is not there. */
  readonly userDir: string;
  /** Deployed when the folder has no flows yet, so that what was edited survives a restart. */
  readonly flow?: readonly FlowNode[];
  /** Folder of the package to load. Default: ours, which must have been built. */
  readonly packageDir?: string;
  /** Node-RED's `red.js`. Default: the one that is installed here. */
  readonly program?: string;
  /** Told of every message that a node gets; without it, nobody looks. */
  readonly onMessage?: (message: NodeMessage) => void;
}

/** What came to a node of a flow. */
export interface NodeMessage {
  readonly node: string;
  readonly topic?: unknown;
  /** As JSON has it; absent where it is nothing that JSON can say. */
  readonly payload?: unknown;
}

export interface NodeRed {
  /** Of the editor, with a slash at its end. */
  readonly url: string;
  /** Where it logs. */
  readonly log: string;
  readonly pid: number;
  /** The folder had a flow of an earlier start, and that one runs. */
  readonly hasKeptFlow: boolean;
  /** Presses the button of an inject node. Rejects with NodeRedError when there is no such node. */
  press(node: string): Promise<void>;
  /** What it has logged as errors so far, a line each. */
  errors(): Promise<readonly string[]>;
  /** Ends the process, by force if it takes longer than 5 s. */
  close(): Promise<void>;
}

/** Node-RED did not start; the message says why and what to do. */
export class NodeRedError extends Error {
  override readonly name = "NodeRedError";
}

const startTime = seconds(60);
const stopTime = seconds(5);
const pollTime = seconds(0.1);
/** Not .js, which a package.json above the folder could make an ECMAScript module. */
const settingsName = "settings.cjs";
const ours = fileURLToPath(new URL("../flows", import.meta.url));

/** Resolves when the editor answers and our nodes are in its palette. Rejects with NodeRedError. */
export async function startNodeRed(settings: NodeRedSettings): Promise<NodeRed> {
  const clock = systemClock();
  const { host = "127.0.0.1", packageDir = ours, onMessage } = settings;
  const userDir = resolve(settings.userDir);
  const port = await freePort(host, settings.port ?? 1880);
  const name = await packageName(packageDir);
  const hasKeptFlow = await prepare(userDir, { host, port, packageDir, name, flow: settings.flow });

  const log = join(userDir, "node-red.log");
  if (onMessage) await addWatch(userDir);
  const child = launch(settings.program ?? installed(), userDir, log);
  if (onMessage) child.on("message", (message) => onMessage(message as NodeMessage));
  const close = () => end(child, clock);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`;
  try {
    await ready(child, url, name, { clock, log });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...{ url, log, pid: child.pid!, hasKeptFlow },
    ...{ press: (node) => press(url, node), errors: () => errorsIn(log), close },
  };
}

async function press(url: string, node: string): Promise<void> {
  const { ok, status } = await fetch(`${url}inject/${node}`, { method: "POST" });
  if (!ok) throw new NodeRedError(`the button of ${node} cannot be pressed: Node-RED answers ${status}`);
}

async function errorsIn(log: string): Promise<string[]> {
  const lines = (await readFile(log, "utf8")).split("\n");
  return lines.filter((line) => / - \[(error|red)\] /.test(line));
}

/** @returns the port, which nobody listens on. */
function freePort(host: string, port: number): Promise<number> {
  return new Promise((found, reject) => {
    const probe = createServer();
    probe.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const taken = `port ${port} is taken: end what listens there, or choose another port`;
      reject(new NodeRedError(`no Node-RED on ${host}:${port}: ${code === "EADDRINUSE" ? taken : message}`));
    });
    probe.listen({ host, port }, () => {
      const address = probe.address();
      const free = address !== null && typeof address === "object" ? address.port : port;
      probe.close(() => found(free));
    });
  });
}

async function packageName(packageDir: string): Promise<string> {
  const { name } = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")) as { name: string };
  return name;
}

interface Preparation {
  readonly host: string;
  readonly port: number;
  readonly packageDir: string;
  readonly name: string;
  readonly flow: readonly FlowNode[] | undefined;
}

/** @returns whether there was a flow already, which is kept */
async function prepare(
  userDir: string,
  { host, port, packageDir, name, flow }: Preparation,
): Promise<boolean> {
  await mkdir(userDir, { recursive: true });
  await writeFile(join(userDir, settingsName), settingsFile({ host, port }));
  await link(packageDir, join(userDir, "node_modules", name));
  const flows = join(userDir, "flows.json");
  const kept = await access(flows).then(
    () => true,
    () => false,
  );
  if (flow && !kept) await writeFile(flows, JSON.stringify(flow, null, 2));
  return kept;
}

/** What is in the user's folder goes before anything else of that name that Node-RED finds. */
async function link(packageDir: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await symlink(resolve(packageDir), path, "dir");
}

/** A plugin of Node-RED's that tells its parent what each node gets. */
async function addWatch(userDir: string): Promise<void> {
  const folder = join(userDir, "node_modules/plinth-watch");
  await mkdir(folder, { recursive: true });
  const manifest = { name: "plinth-watch", version: "1.0.0", "node-red": { plugins: { watch: "watch.js" } } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(
    join(folder, "watch.js"),
    `module.exports = (RED) => {
  const plain = (value) => {
    try { return JSON.parse(JSON.stringify(value)); } catch { return undefined; }
  };
  RED.plugins.registerPlugin("plinth-watch", {
    type: "plinth",
    onadd: () => RED.hooks.add("onReceive.plinth-watch", ({ msg, destination }) => {
      process.send({ node: destination.id, topic: msg.topic, payload: plain(msg.payload) });
    }),
  });
};
`,
  );
}

/** Nothing leaves this machine and nothing is installed; the process ends with the one that started it. */
function settingsFile({ host, port }: Pick<Preparation, "host" | "port">): string {
  const settings = {
    uiHost: host,
    uiPort: port,
    flowFile: "flows.json",
    flowFilePretty: true,
    lang: languageOf(process.env),
    credentialSecret: false,
    mqttReconnectTime: 1_000,
    paletteCategories: ["street furniture", "common", "function", "network", "sequence", "parser", "storage"],
    contextStorage: { default: { module: "localfilesystem" } },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
      modules: { allowInstall: false },
    },
    functionExternalModules: false,
    editorTheme: {
      tours: false,
      projects: { enabled: false },
      palette: { catalogues: [] },
      page: { title: "Plinth - Node-RED" },
      header: { title: "Plinth" },
    },
    logging: { console: { level: "info", metrics: false, audit: false } },
  };
  return `module.exports = ${JSON.stringify(settings, null, 2)};
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
`;
}

const installed = () => createRequire(import.meta.url).resolve("node-red/red.js");

function launch(program: string, userDir: string, log: string): ChildProcess {
  const { NODE_RED_HOME: _, NODE_OPTIONS: __, ...env } = process.env;
  const output = openSync(log, "w");
  try {
    return spawn(
      process.execPath,
      [program, "--userDir", userDir, "--settings", join(userDir, settingsName)],
      {
        cwd: userDir,
        env: { ...env, NODE_RED_DISABLE_TELEMETRY: "true" },
        stdio: ["ignore", output, output, "ipc"],
      },
    );
  } finally {
    closeSync(output);
  }
}

interface NodeSet {
  readonly id: string;
  readonly module: string;
  readonly err?: unknown;
}

async function ready(
  child: ChildProcess,
  url: string,
  module: string,
  { clock, log }: { readonly clock: Clock; readonly log: string },
): Promise<void> {
  for (const lateMs = clock.now() + startTime; clock.now() < lateMs; await sleep(clock, pollTime)) {
    if (ended(child)) throw new NodeRedError(`Node-RED ended while it started: ${await lastLines(log)}`);
    const sets = await nodeSets(url);
    if (!sets) continue;
    const own = sets.filter((set) => set.module === module);
    if (own.length === 0)
      throw new NodeRedError(`Node-RED has no nodes of ${module}: build the package, then see ${log}`);
    const failed = own
      .filter(({ err }) => err !== undefined)
      .map(({ id, err }) => `${id} (${describe(err)})`);
    if (failed.length > 0)
      throw new NodeRedError(
        `Node-RED could not load ${failed.join(", ")}: build the package, then see ${log}`,
      );
    return;
  }
  throw new NodeRedError(
    `Node-RED did not answer on ${url} for ${startTime / 1_000} s: ${await lastLines(log)}`,
  );
}

/** The palette; undefined while nobody answers. */
async function nodeSets(url: string): Promise<readonly NodeSet[] | undefined> {
  try {
    const response = await fetch(`${url}nodes`, { headers: { accept: "application/json" } });
    return response.ok ? ((await response.json()) as readonly NodeSet[]) : undefined;
  } catch {
    return undefined;
  }
}

const describe = (error: unknown) => (typeof error === "string" ? error : JSON.stringify(error));
const ended = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, "utf8").catch(() => "");
  return `${text.trim().split("\n").slice(-5).join(" | ")} (${log})`;
}

async function end(child: ChildProcess, clock: Clock): Promise<void> {
  if (ended(child)) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const cancel = clock.after(stopTime, () => child.kill("SIGKILL"));
  await exit;
  cancel();
}
