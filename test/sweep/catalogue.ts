import { readdir } from "node:fs/promises";
import type { Channel, Part } from "#devices/part.ts";
import type { TwinDefinition } from "#sim/chips/twin.ts";

const partsFolder = new URL("../../devices/chips/", import.meta.url);
const twinsFolder = new URL("../../sim/chips/", import.meta.url);

/** A part as its files give it: devices/chips/x.ts and, if there is one, sim/chips/x.ts. */
export interface Entry {
  readonly id: string;
  readonly part: Part;
  readonly twin: TwinDefinition | undefined;
}

export interface Swept {
  readonly name: string;
  readonly channel: Channel;
}

const isPart = (value: unknown): value is Part =>
  typeof value === "object" && value !== null && "open" in value && "channels" in value && "id" in value;

const modulesOf = async (folder: URL) => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  return Promise.all(
    files.sort().map(async (file) => ({
      name: file.slice(0, -".ts".length),
      exports: (await import(new URL(file, folder).pathname)) as Readonly<Record<string, unknown>>,
    })),
  );
};

/** Every part that a file of devices/chips exports, with the twin of the same file name. */
export async function catalogue(): Promise<readonly Entry[]> {
  const twins = new Map(
    (await modulesOf(twinsFolder)).flatMap(({ name, exports }) =>
      "twin" in exports ? [[name, exports.twin as TwinDefinition] as const] : [],
    ),
  );
  return (await modulesOf(partsFolder)).flatMap(({ name, exports }) =>
    Object.values(exports)
      .filter(isPart)
      .map((part) => ({ id: name, part, twin: twins.get(name) })),
  );
}

/** What a part only measures; what it drives is swept by `drivenOf`. */
export const measuredOf = (part: Part): readonly Swept[] =>
  Object.entries(part.channels)
    .filter(([name]) => !(name in (part.outputs ?? {})))
    .map(([name, channel]) => ({ name, channel }));

export const drivenOf = (part: Part): readonly Swept[] =>
  Object.entries(part.outputs ?? {}).map(([name, channel]) => ({ name, channel }));
