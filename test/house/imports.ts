import { builtinModules } from "node:module";
import { posix } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { type Folder, folderOf, folders, isTest, type Source } from "./sources.ts";

const statement =
  /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"|\b(?:import|require)\(\s*"([^"]+)"/gm;

/** What a file imports, as it is written there. */
export const importsOf = ({ text }: Source) =>
  [...text.matchAll(statement)].map((match) => match[1] ?? match[2]!);

/** The top-level folder that an import leads to; undefined for a package. */
function target(from: Source, specifier: string): Folder | undefined {
  const path = specifier.startsWith("#")
    ? specifier.slice(1)
    : specifier.startsWith(".")
      ? posix.join(posix.dirname(from.path), specifier)
      : "";
  return folders.find((folder) => path.startsWith(`${folder}/`));
}

const mayImport: Readonly<Record<Folder, readonly Folder[]>> = {
  devices: ["devices"],
  firmware: ["firmware", "devices"],
  sim: ["sim", "firmware", "devices"],
  flows: ["flows", "devices"],
  scripts: folders,
  test: folders,
};

/** Imports point one way: devices ← firmware ← sim, and flows knows devices only. Tests may import anything. */
export function oneWay(source: Source): string[] {
  if (isTest(source)) return [];
  const allowed = mayImport[folderOf(source.path)];
  return importsOf(source).filter((specifier) => {
    const folder = target(source, specifier);
    return folder !== undefined && !allowed.includes(folder);
  });
}

/**
 * Across top-level folders imports are written `#folder/…`, so that a file can move without its importers. Not in
 * flows/, which is a package of its own: `#` means that package there (nodejs.org/api/packages.html, "imports").
 */
export function byName(source: Source): string[] {
  if (folderOf(source.path) === "flows") return [];
  return importsOf(source).filter((specifier) => {
    const folder = target(source, specifier);
    return folder !== undefined && specifier.startsWith(".") && folder !== folderOf(source.path);
  });
}

const ports = ["firmware/ports/"];
/** The folders that may know a library of hardware or network. */
const adapters: Readonly<Record<string, readonly string[]>> = {
  onoff: ports,
  "i2c-bus": ports,
  serialport: ports,
  mqtt: ports,
  "johnny-five": ["firmware/johnny-five/"],
  "modbus-serial": ["firmware/modbus/"],
};
const nameOf = (specifier: string) => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];

/** Libraries of hardware and network are known to their adapters only: the rest sees ports. */
export function behindPorts(source: Source): string[] {
  if (isTest(source)) return [];
  return importsOf(source).filter((specifier) => {
    const allowed = adapters[nameOf(specifier)];
    return allowed !== undefined && !allowed.some((folder) => source.path.startsWith(folder));
  });
}

const builtins = new Set(builtinModules);
const isBuiltin = (specifier: string) => specifier.startsWith("node:") || builtins.has(nameOf(specifier));

/** devices/ runs anywhere: on a board, in a browser, in Node-RED's editor. */
export function pure(source: Source): string[] {
  if (isTest(source) || folderOf(source.path) !== "devices") return [];
  return importsOf(source).filter(isBuiltin);
}

/** What a board needs is in `dependencies`, or optional where it must compile; what only this repository needs is not, and must not reach a board. */
export function shipped(source: Source): string[] {
  if (isTest(source) || !["devices", "firmware"].includes(folderOf(source.path))) return [];
  const dependencies = Object.keys({ ...packageJson.dependencies, ...packageJson.optionalDependencies });
  return importsOf(source)
    .filter((specifier) => !/^[.#]/.test(specifier) && !isBuiltin(specifier))
    .filter((specifier) => !dependencies.includes(nameOf(specifier)));
}

/** Typebox' object Type has all of it, 37 KiB, in the bundle and in each of its threads; its namespace what is used. */
export function shaken(source: Source): string[] {
  if (isTest(source) || !["devices", "firmware"].includes(folderOf(source.path))) return [];
  return source.text.match(/import \{[^}]*\bType\b[^}]*\} from "@sinclair\/typebox"/g) ?? [];
}
