/**
 * Node-RED's settings for a city: HTTPS only, one administrator whose password is made at the first start, nothing
 * installed from the editor, no programs run by flows. Started as `node-red --settings settings.cjs`.
 *
 *   PLINTH_NODE_RED_HOME   folder for flows, keys and the password's hash; default ~/.plinth-node-red
 *   PLINTH_NODE_RED_HOST   address to listen on; default 127.0.0.1
 *   PLINTH_NODE_RED_PORT   default 1880
 *   PLINTH_NODE_RED_LANG   language under nodes and in the log: en-US, it or zh-CN; default is the machine's locale, which
 *                          does not tell Node-RED which Chinese
 *   PLINTH_READ_ONLY       1: everybody who logs in may look, nobody may change or deploy
 */
const { homedir } = require("node:os");
const { join } = require("node:path");
const { access } = require("./access.cjs");
const { certificate } = require("./certificate.cjs");
const { secretOf } = require("./secret.cjs");

const { env } = process;
const userDir = env.PLINTH_NODE_RED_HOME || join(homedir(), ".plinth-node-red");
const isReadOnly = env.PLINTH_READ_ONLY === "1";
const { adminAuth, httpNodeAuth } = access(userDir, isReadOnly);

module.exports = {
  userDir,
  flowFile: "flows.json",
  ...(env.PLINTH_NODE_RED_LANG ? { lang: env.PLINTH_NODE_RED_LANG } : {}),
  uiHost: env.PLINTH_NODE_RED_HOST || "127.0.0.1",
  uiPort: portOf(env.PLINTH_NODE_RED_PORT || "1880"),

  https: certificate(userDir),
  requireHttps: true,
  adminAuth,
  httpNodeAuth,
  /** Encrypts the credentials that flows hold, such as the broker's password. */
  credentialSecret: secretOf(userDir, "credential-secret"),

  functionExternalModules: false,
  functionGlobalContext: {},
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
    modules: { allowInstall: false },
  },
  /** Flows configure furniture; they run no programs and read no files of this machine. */
  nodesExcludes: ["90-exec.js", "10-file.js", "23-watch.js"],
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false, ui: false },
  runtimeState: { enabled: false, ui: false },
  mqttReconnectTime: 5_000,
  paletteCategories: ["street furniture", "common", "function", "network", "sequence", "parser", "storage"],
  /** On disk, so that a start is known from a deploy: what somebody else has set since is not undone by a restart. */
  contextStorage: { default: { module: "localfilesystem" } },
  editorTheme: {
    tours: false,
    projects: { enabled: false },
    palette: { catalogues: [] },
    page: { title: isReadOnly ? "Plinth - Node-RED (read only)" : "Plinth - Node-RED" },
    header: { title: isReadOnly ? "Plinth (read only)" : "Plinth" },
  },
  logging: { console: { level: "info", metrics: false, audit: true } },
};

function portOf(text) {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536) return Number(text);
  throw new Error(`PLINTH_NODE_RED_PORT is ${text}: expected a port from 1 to 65535`);
}
