import * as Type from "@sinclair/typebox";
import type { Refusal } from "#devices/wire.ts";
import { readDocument } from "#firmware/document.ts";

/** A node of a flow, or a configuration node, as Node-RED keeps it. */
export interface FlowNode extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly type: string;
}

export interface FlowFile {
  readonly file: string;
  readonly nodes: readonly FlowNode[];
  /** @param field path within the node: `profile/2/level` */
  lineOf(node: string, field: string): number;
}

const schema = Type.Array(
  Type.Object({
    id: Type.String({ minLength: 1 }),
    type: Type.String({ minLength: 1 }),
    name: Type.Optional(Type.String()),
    wires: Type.Optional(Type.Array(Type.Array(Type.String()))),
  }),
);

/**
 * Reads what Node-RED exports and keeps as flows.json. DocumentError, with lines, for what is none: no JSON, no list
 * of nodes, a node without id or type, two of one id.
 */
export function readFlow(text: string, file: string): FlowFile {
  const { value, lineOf } = readDocument<readonly FlowNode[]>(text, file, schema, twice);
  const places = new Map(value.map(({ id }, index) => [id, index]));
  return {
    file,
    nodes: value,
    lineOf: (node, field) => lineOf([places.get(node) ?? 0, ...(field ? [field] : [])].join("/")),
  };
}

function twice(value: unknown): Refusal[] {
  if (!Array.isArray(value)) return [];
  const ids = value.map((node: { readonly id?: unknown } | null) => node?.id);
  return ids.flatMap((id, index) =>
    typeof id === "string" && ids.indexOf(id) !== index
      ? [{ field: `${index}/id`, problem: `is ${id} a second time`, expected: "an id of its own" }]
      : [],
  );
}

/** How a person finds it: its name, or what it sets; the id is what remains. */
export function labelOf({ id, type, name, unit }: FlowNode): string {
  const words = [name, unit].find((word) => typeof word === "string" && word !== "");
  return words === undefined ? `${type} ${id}` : `${type} "${words}"`;
}

/** Neither the node itself nor the tab that it is on is switched off. */
export function enabledNodes(nodes: readonly FlowNode[]): FlowNode[] {
  const off = new Set(nodes.filter(({ d, disabled }) => d === true || disabled === true).map(({ id }) => id));
  return nodes.filter(({ id, z }) => !off.has(id) && !off.has(String(z)));
}
