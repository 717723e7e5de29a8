import * as Type from "@sinclair/typebox";
import { sized } from "#devices/furniture/vocabulary.ts";
import { readUnitConfig } from "#firmware/config.ts";
import { readDocument } from "#firmware/document.ts";
import { modelsOf } from "../kinds/index.ts";
import { kinds } from "./furniture-plan.ts";
import { moved } from "./moved.ts";
import { readScenario, type Scenario } from "./scenario.ts";

/** Long enough for whoever works at a single unit, m. */
const lengthM = 60;
const peoplePerHourPeak = 150;
const dayMs = 86_400_000;

const header = Type.Object({ kind: Type.Union([...kinds.keys()].map((kind) => Type.Literal(kind))) });

/**
 * A street of the one unit that a unit's configuration describes, with a day's people and weather, from an instant on.
 * Rejects with DocumentError, which names line and field of everything that is wrong. @param text YAML
 */
export async function unitScenario(text: string, file: string, startUnixMs: number): Promise<Scenario> {
  const { kind } = readDocument<{ readonly kind: string }>(text, file, header).value;
  const config = readUnitConfig(text, file, kinds.get(kind)!);
  const declaration = sized(kinds.get(kind)!, config.size);
  const model = (await modelsOf([kind])).get(kind)!;
  return {
    name: config.unit,
    title: `${declaration.title} ${config.unit}`,
    seed: 1,
    startUnixMs,
    durationMs: dayMs,
    location: config.location,
    lengthM,
    peoplePerHourPeak,
    units: [{ model, declaration, config, xM: lengthM / 2 }],
    faults: [],
    commands: [],
    deploys: [],
    offers: [],
    expectations: [],
  };
}

/** Whether a file describes a unit, not a street. @param text YAML, perhaps */
export const isUnitFile = (text: string): boolean => /^unit\s*:/m.test(text) && !/^scenario\s*:/m.test(text);

/**
 * Reads a scenario, or makes one of a unit's configuration. Rejects with DocumentError, as `readScenario` does.
 * @param text YAML
 * @param startUnixMs when it begins; the scenario's own instant, or for a unit `nowMs`, when not given
 */
export async function readStreet(
  text: string,
  file: string,
  { startUnixMs, nowMs }: { readonly startUnixMs?: number | undefined; readonly nowMs: number },
): Promise<Scenario> {
  if (isUnitFile(text)) return unitScenario(text, file, startUnixMs ?? nowMs);
  return moved(await readScenario(text, file), startUnixMs);
}
