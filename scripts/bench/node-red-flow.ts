import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where the flow says what the lamp is to do. */
export const levelTopic = "bench/node-red/level";

/**
 * A streetlight as one would wire it in Node-RED: a reading every few seconds, presence by MQTT, a function that
 * decides on the level, MQTT out. Headless: no editor, no HTTP, core nodes only.
 * @returns the arguments for node.
 */
export async function nodeRedFolder(folder: string, brokerPort: number, entry: string): Promise<string[]> {
  const settings = join(folder, "settings.cjs");
  const flow = join(folder, "flows.json");
  await writeFile(settings, headless(folder));
  await writeFile(flow, JSON.stringify(flowOf(brokerPort)));
  return [entry, "--settings", settings, "--userDir", folder, flow];
}

/**
 * A settings file without editor and HTTP.
 * @param modules paths of what function nodes get by `global.get`, by name
 */
export function headless(userDir: string, modules: Readonly<Record<string, string>> = {}): string {
  const settings = {
    userDir,
    httpAdminRoot: false,
    httpNodeRoot: false,
    disableEditor: true,
    logging: { console: { level: "warn", metrics: false, audit: false } },
  };
  const required = Object.entries(modules).map(([name, path]) => `${name}: require(${JSON.stringify(path)})`);
  return `module.exports = { ...${JSON.stringify(settings)}, functionGlobalContext: { ${required.join(", ")} } };\n`;
}

const decide = `
if (msg.topic === "tick") context.set("now", msg.payload);
const now = context.get("now") ?? 0;
const hour = Math.floor(now / 3600000) % 24;
const dark = (msg.illuminance ?? context.get("illuminance") ?? 0) < 20;
if (msg.illuminance !== undefined) context.set("illuminance", msg.illuminance);
if (msg.topic?.endsWith("/presence")) context.set("presentUntil", now + 45000);
const present = now < (context.get("presentUntil") ?? 0);
return { payload: JSON.stringify({ level: !dark ? 0 : present ? 80 : hour < 6 ? 20 : 60 }) };`;

/** A node without a position is taken for a configuration node. */
const at = (x: number) => ({ z: "tab", x, y: 100 });

const flowOf = (port: number) => [
  { id: "tab", type: "tab", label: "streetlight" },
  {
    ...{ id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port, clientid: "node-red", keepalive: 60 },
    ...{ autoConnect: true, protocolVersion: 4, cleansession: true, usetls: false },
  },
  {
    ...{ id: "presence", type: "mqtt in", ...at(100), topic: "bench/node-red/presence" },
    ...{ qos: "1", datatype: "auto", broker: "broker", wires: [["decide"]] },
  },
  {
    ...{ id: "tick", type: "inject", ...at(100), repeat: "5", once: true, onceDelay: 0.1, topic: "tick" },
    ...{
      props: [
        { p: "topic", vt: "str" },
        { p: "payload", vt: "date" },
        { p: "illuminance", v: "3", vt: "num" },
      ],
      wires: [["decide"]],
    },
  },
  {
    ...{ id: "decide", type: "function", ...at(300), func: decide, outputs: 1, libs: [] },
    wires: [["level"]],
  },
  { id: "level", type: "mqtt out", ...at(500), topic: levelTopic, qos: "1", broker: "broker", wires: [] },
];
