import type { Plugin } from "esbuild";
import { packageOf } from "./package-of.ts";

interface LeftOut {
  /** The package that asks. */
  readonly from: string;
  /** What it asks for. */
  readonly request: string;
  readonly reason: string;
}

/** What packages would load, and a unit never uses. Using it all the same says so, by name. */
export const leftOut: readonly LeftOut[] = [
  { from: "johnny-five", request: "firmata", reason: "boards over Firmata: a unit gives its own IO" },
  { from: "johnny-five", request: "serialport", reason: "the look for an Arduino: a unit gives its own IO" },
  { from: "johnny-five", request: "browser-serialport", reason: "serial ports of a Chrome app" },
  { from: "johnny-five", request: "./repl", reason: "the interactive prompt: a unit has no terminal" },
  { from: "mqtt", request: "ws", reason: "MQTT over WebSockets: a unit speaks TCP or TLS" },
  { from: "mqtt", request: "socks", reason: "SOCKS proxies: a unit speaks TCP or TLS" },
];

const namespace = "left-out";

export const leaveOut: Plugin = {
  name: namespace,
  setup(build) {
    const requests = new Set(leftOut.map(({ request }) => request.replaceAll(".", "\\.")));
    build.onResolve({ filter: new RegExp(`^(${[...requests].join("|")})$`) }, ({ path, importer }) => {
      const from = packageOf(importer)?.name;
      const entry = leftOut.find((candidate) => candidate.from === from && candidate.request === path);
      return entry === undefined ? undefined : { path: `${from} ${path}`, namespace, pluginData: entry };
    });
    build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({ contents: standIn(pluginData) }));
  },
};

function standIn({ from, request, reason }: LeftOut): string {
  const message = `${from} asks for ${request}, which is not in this bundle (${reason})`;
  return `const refuse = () => { throw new Error(${JSON.stringify(message)}); };
module.exports = new Proxy(refuse, {
  get: (_, name) => (name === "__esModule" || typeof name === "symbol" ? undefined : refuse()),
});`;
}
