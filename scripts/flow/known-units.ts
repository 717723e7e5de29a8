import { randomBytes } from "node:crypto";
import * as Type from "@sinclair/typebox";
import { seconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { addressOf, unitTopics } from "#devices/wire.ts";
import { readDocument } from "#firmware/document.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { readDescription, readObject } from "#flows/node/messages.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import { exitCodes } from "../exit-codes.ts";
import { inputFile } from "../input-file.ts";
import { UserError } from "../user-error.ts";

/** Kind of each unit that there is, by `site/unit`. */
export type KnownUnits = ReadonlyMap<string, string>;

const header = Type.Object({ kind: Type.String(), site: Type.String(), unit: Type.String() });

/** @param files each a unit.yaml, or a scenario with a street of units */
export async function unitsOfFiles(files: readonly string[]): Promise<KnownUnits> {
  const units = await Promise.all(files.map((file) => inputFile(file, (text) => unitsOf(text, file))));
  return new Map(units.flat());
}

async function unitsOf(text: string, file: string): Promise<[string, string][]> {
  const isScenario = /^scenario:/m.test(text);
  const named = isScenario
    ? (await readScenario(text, file)).units.map(({ config }) => config)
    : [readDocument<{ kind: string; site: string; unit: string }>(text, file, header).value];
  return named.map(({ kind, site, unit }) => [`${site}/${unit}`, kind]);
}

/** How long a broker may take to connect, and then to send what it retains. */
const connectTime = seconds(5);
const answerTime = seconds(1);

/** The units that have described themselves on a broker. UserError when it cannot be reached. */
export async function unitsOnBroker(url: string): Promise<KnownUnits> {
  const clock = systemClock();
  const link = mqttLinkPort({ url, clock }).open(`plinth-flow-check-${randomBytes(4).toString("hex")}`, {
    topic: "plinth-flow-check/status",
    payload: "",
  });
  const found = new Map<string, string>();
  const { description } = unitTopics("+", "+");
  link.subscribe(description, ({ topic, payload }) => {
    const address = addressOf(topic);
    const kind = readDescription(readObject(payload))?.kind;
    if (address && kind !== undefined) found.set(`${address.site}/${address.unit}`, kind);
  });
  try {
    const lateMs = clock.now() + connectTime;
    while (!link.connected && clock.now() < lateMs) await sleep(clock, seconds(0.05));
    if (!link.connected)
      throw new UserError(
        `no broker answers at ${url}`,
        exitCodes.environment,
        "Start it, or give the units with --units.",
      );
    await sleep(clock, answerTime);
  } finally {
    await link.close();
  }
  return found;
}
