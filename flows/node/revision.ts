import { createHash } from "node:crypto";
import { canonicalJson, type DesiredSettings } from "../../devices/wire.ts";

/** Names settings by their content: the first 12 hexadecimal digits of the SHA-256 of their canonical JSON. */
export function desiredSettings(settings: Readonly<Record<string, unknown>>): DesiredSettings {
  const revision = createHash("sha256").update(canonicalJson(settings)).digest("hex").slice(0, 12);
  return { revision, settings };
}

/** As much of a revision as a person compares. */
export const short = (revision: string): string => revision.slice(0, 7);
