import type { FlowNode } from "./flow-file.ts";

/** Nodes that a message of this one reaches next, of those that are given. */
export function nextOf(node: FlowNode, nodes: ReadonlyMap<string, FlowNode>): FlowNode[] {
  const wires = (node.wires ?? []) as readonly (readonly string[])[];
  const links = node.type === "link out" && Array.isArray(node.links) ? node.links : [];
  return [...wires.flat(), ...links].flatMap((id) => nodes.get(String(id)) ?? []);
}

/**
 * Rings of nodes that hand a message round and round, each named once, by the first of it in the file.
 * @param passes whether a message leaves a node in the same moment as it came
 */
export function ringsOf(nodes: readonly FlowNode[], passes: (node: FlowNode) => boolean): FlowNode[][] {
  const passing = new Map(nodes.filter(passes).map((node) => [node.id, node]));
  const told = new Set<string>();
  const rings: FlowNode[][] = [];
  for (const start of passing.values()) {
    const ring = told.has(start.id) ? undefined : wayBack(start, passing);
    for (const { id } of ring ?? []) told.add(id);
    if (ring) rings.push(ring);
  }
  return rings;
}

/** The shortest way from a node to itself. */
function wayBack(start: FlowNode, nodes: ReadonlyMap<string, FlowNode>): FlowNode[] | undefined {
  const reached = new Set<string>();
  let ways: FlowNode[][] = [[start]];
  while (ways.length > 0) {
    const longer = ways.flatMap((way) => nextOf(way.at(-1)!, nodes).map((next) => [...way, next]));
    const closed = longer.find((way) => way.at(-1) === start);
    if (closed) return closed.slice(0, -1);
    ways = longer.filter((way) => {
      const { id } = way.at(-1)!;
      return !reached.has(id) && reached.add(id);
    });
  }
  return undefined;
}
