import * as catalogue from "#devices/furniture/index.ts";
import { type Field, fieldsOf, formValues } from "#flows/node/declaration.ts";
import { siteType } from "#flows/node/place.ts";
import { enabledNodes, type FlowNode } from "./flow-file.ts";

/** What a flow asks of one unit, as the unit's node will publish it. */
export interface Wanted {
  readonly node: FlowNode;
  readonly kind: string;
  readonly unit: string;
  /** Name of the site; empty where the node has no site, or one that is not there. */
  readonly site: string;
  /** `host:port` of its broker; empty where there is none. */
  readonly broker: string;
  readonly fields: readonly Field[];
  /** All settings of the kind: what the node does not say has its factory value. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings of each kind, as its node has them. */
export const fieldsByKind: ReadonlyMap<string, readonly Field[]> = new Map(
  Object.values(catalogue).map((declaration) => [declaration.kind, fieldsOf(declaration)]),
);

export const commandType = "furniture command";
export const inType = "furniture in";

/** Every node type of @plinth/node-red. */
export const ownTypes: readonly string[] = [...fieldsByKind.keys(), siteType, inType, commandType];

/** The units that a flow sets, in the order of its nodes; what is switched off asks nothing. */
export function wantedUnits(nodes: readonly FlowNode[]): Wanted[] {
  const enabled = enabledNodes(nodes);
  const byId = new Map(enabled.map((node) => [node.id, node]));
  return enabled.flatMap((node) => {
    const fields = fieldsByKind.get(node.type);
    if (!fields) return [];
    const site = nodeOf(byId, node.site, siteType);
    const broker = nodeOf(byId, site?.broker, "mqtt-broker");
    return {
      node,
      kind: node.type,
      unit: textOf(node.unit),
      site: textOf(site?.site),
      broker: broker ? `${textOf(broker.broker)}:${textOf(broker.port) || "1883"}` : "",
      fields,
      settings: formValues(fields, node),
    };
  });
}

/** The configuration node that a property names, where it is one of that type. */
export function nodeOf(
  nodes: ReadonlyMap<string, FlowNode>,
  id: unknown,
  type: string,
): FlowNode | undefined {
  const node = nodes.get(String(id));
  return node?.type === type ? node : undefined;
}

export const textOf = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? `${value}` : "";

/** A type that Node-RED has without any package: tabs, groups and subflows among them. */
export const isKnownType = (type: string, types: ReadonlySet<string>) =>
  types.has(type) || /^(tab|group|subflow(:.+)?|global-config|comment)$/.test(type);
