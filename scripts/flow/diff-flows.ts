import { changeWords } from "#devices/furniture/setting-words.ts";
import { canonicalJson } from "#devices/wire.ts";
import type { FlowNode } from "./flow-file.ts";
import { type Wanted, wantedUnits } from "./wanted.ts";

export interface SettingChange {
  readonly name: string;
  readonly title: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly words: readonly string[];
}

/** What a deploy of the second flow over the first changes for one unit. */
export interface UnitChange {
  readonly site: string;
  readonly unit: string;
  readonly kind: string;
  /** A unit that a flow no longer sets keeps its last settings. */
  readonly change: "added" | "removed" | "kind" | "changed";
  /** In words where the unit is asked for at another broker. */
  readonly broker?: string;
  readonly settings: readonly SettingChange[];
}

export interface FlowDiff {
  readonly units: readonly UnitChange[];
  readonly unchanged: number;
  /** Other nodes that were added, taken out or altered; where they stand on the canvas does not count. */
  readonly otherNodes: number;
}

/** Compares what two flows ask of their units. Both must be free of errors: see check-flow.ts. */
export function diffFlows(before: readonly FlowNode[], after: readonly FlowNode[]): FlowDiff {
  const [old, next] = [unitsOf(before), unitsOf(after)];
  const keys = [...new Set([...old.keys(), ...next.keys()])];
  const changes = keys.map((key) => unitChange(old.get(key), next.get(key)));
  return {
    units: changes.filter((change) => change !== undefined),
    unchanged: changes.filter((change) => change === undefined).length,
    otherNodes: otherNodes(before, after),
  };
}

const unitsOf = (nodes: readonly FlowNode[]) =>
  new Map(wantedUnits(nodes).map((wanted) => [`${wanted.site}/${wanted.unit}`, wanted]));

function unitChange(before: Wanted | undefined, after: Wanted | undefined): UnitChange | undefined {
  const { site, unit, kind } = (after ?? before)!;
  const named = { site, unit, kind };
  if (!after) return { ...named, change: "removed", settings: [] };
  if (!before) return { ...named, change: "added", settings: settingChanges(factoryOf(after), after) };
  if (before.kind !== after.kind)
    return { ...named, change: "kind", settings: settingChanges(factoryOf(after), after) };
  const settings = settingChanges(before.settings, after);
  const isMoved = before.broker !== after.broker;
  if (settings.length === 0 && !isMoved) return undefined;
  const broker = isMoved ? { broker: `${before.broker} → ${after.broker}` } : {};
  return { ...named, change: "changed", ...broker, settings };
}

const factoryOf = ({ fields }: Wanted) =>
  Object.fromEntries(fields.map(({ name, schema }) => [name, schema.default]));

const settingChanges = (before: Wanted["settings"], { fields, settings }: Wanted): SettingChange[] =>
  fields.flatMap((field) => {
    const { name, title } = field;
    const words = changeWords(field, before[name], settings[name]);
    return words.length === 0 ? [] : { name, title, before: before[name], after: settings[name], words };
  });

function otherNodes(before: readonly FlowNode[], after: readonly FlowNode[]): number {
  const others = (nodes: readonly FlowNode[]) => {
    const units = new Set(wantedUnits(nodes).map(({ node }) => node.id));
    return new Map(nodes.filter(({ id }) => !units.has(id)).map((node) => [node.id, contentOf(node)]));
  };
  const [old, next] = [others(before), others(after)];
  return [...new Set([...old.keys(), ...next.keys()])].filter((id) => old.get(id) !== next.get(id)).length;
}

const contentOf = ({ x: _, y: __, ...content }: FlowNode) => canonicalJson(content);

/** For a person: each unit, and what changes for it. */
export function diffWords({ units, unchanged, otherNodes }: FlowDiff): string {
  const rest = [
    ...(unchanged > 0 || units.length === 0 ? [`${counted(unchanged, "unit")} as before`] : []),
    ...(otherNodes > 0 ? [`${counted(otherNodes, "other node")} changed`] : []),
  ];
  return [...units.map(unitWords), rest.join(", ")].filter((line) => line !== "").join("\n");
}

const counted = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;

function unitWords({ site, unit, kind, change, broker, settings }: UnitChange): string {
  const heading = `${unit} (${kind}, ${site})`;
  const lines = [
    ...(broker === undefined ? [] : [`broker: ${broker}`]),
    ...settings.flatMap(({ title, words }) => words.map((word) => `${title}: ${word}`)),
  ].map((line) => `  ${line}`);
  return [`${heading} ${verdicts[change]}`.trimEnd(), ...lines].join("\n");
}

const verdicts: Readonly<Record<UnitChange["change"], string>> = {
  added: "is set by this flow now, from the factory's settings on:",
  removed: "is set by this flow no more: it keeps its last settings",
  kind: "is asked for as another kind, from the factory's settings on:",
  changed: "",
};
