import { existsSync } from "node:fs";
import type { KindModel } from "./model.ts";

/** The models of kinds, by kind: each is the `model` of the file `model.ts` in the folder named after the kind. */
export async function modelsOf(kinds: Iterable<string>): Promise<Map<string, KindModel>> {
  const models = new Map<string, KindModel>();
  for (const kind of new Set(kinds)) {
    const file = new URL(`${kind}/model.ts`, import.meta.url).pathname;
    if (!existsSync(file))
      throw new Error(`${kind} has no model in the street: it would be sim/kinds/${kind}/model.ts`);
    const { model }: { model: KindModel } = await import(`./${kind}/model.ts`);
    models.set(kind, model);
  }
  return models;
}
