import { canonicalJson } from "#devices/wire.ts";
import type { Baked } from "#firmware/main.ts";
import { desiredSettings } from "#flows/node/revision.ts";
import { exitCodes } from "../exit-codes.ts";
import { UserError } from "../user-error.ts";
import type { FlowFile } from "./flow-file.ts";
import { type Wanted, wantedUnits } from "./wanted.ts";

export interface BakedFlow {
  /** By `site/unit`, what differs from the kind's own factory settings. */
  readonly settings: Baked;
  /** By `site/unit`, the revision that a deploy of the same flow would publish. */
  readonly revisions: Readonly<Record<string, string>>;
}

/** What a flow sets for each unit of a kind. UserError when it sets none of that kind. */
export function bakedBy({ file, nodes }: Pick<FlowFile, "file" | "nodes">, kind: string): BakedFlow {
  const wanted = wantedUnits(nodes).filter((each) => each.kind === kind);
  if (wanted.length === 0) {
    const others = [...new Set(wantedUnits(nodes).map((each) => each.kind))].join(", ") || "no unit at all";
    throw new UserError(
      `${file} sets no ${kind}, but ${others}`,
      exitCodes.usage,
      "Name a flow with a node of this kind that is enabled.",
    );
  }
  const byUnit = <T>(of: (each: Wanted) => T) =>
    Object.fromEntries(wanted.map((each) => [`${each.site}/${each.unit}`, of(each)]));
  return {
    settings: byUnit(differing),
    revisions: byUnit(({ settings }) => desiredSettings(settings).revision),
  };
}

/** A later version's own factory settings hold for all else. */
const differing = ({ fields, settings }: Wanted) =>
  Object.fromEntries(
    fields
      .filter(({ name, schema }) => canonicalJson(settings[name]) !== canonicalJson(schema.default))
      .map(({ name }) => [name, settings[name]]),
  );
