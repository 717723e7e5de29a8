import { blockingNodes } from "./blocking.ts";
import { bySeverity, type Finding } from "./finding.ts";
import { enabledNodes, type FlowFile, type FlowNode, labelOf } from "./flow-file.ts";
import { unguardedActuators } from "./interlock.ts";
import type { KnownUnits } from "./known-units.ts";
import { tellingNodeFindings } from "./telling-nodes.ts";
import { unitNodeFindings } from "./unit-nodes.ts";
import { isKnownType } from "./wanted.ts";

/** A finding where the file has it. */
export interface Told extends Finding {
  readonly line: number;
  /** The node as a person would name it. */
  readonly label: string;
}

export interface CheckFlowOptions {
  /** The units that there are; absent where nobody said. */
  readonly units?: KnownUnits | undefined;
  /** Every node type that the Node-RED of this flow has. */
  readonly types: ReadonlySet<string>;
}

/** Everything that is wrong with a flow, gravest first, then by lines. What is switched off is left alone. */
export function checkFlow({ nodes, lineOf }: FlowFile, { units, types }: CheckFlowOptions): Told[] {
  const enabled = enabledNodes(nodes);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const findings = [
    ...looseWires(enabled, byId),
    ...strangeTypes(enabled, types),
    ...unitNodeFindings(nodes, units),
    ...tellingNodeFindings(nodes, units),
    ...unguardedActuators(enabled),
    ...blockingNodes(enabled),
  ];
  return findings
    .map((finding) => {
      const node = finding.node === undefined ? undefined : byId.get(finding.node);
      return {
        ...finding,
        line: node ? lineOf(node.id, finding.field) : 1,
        label: node ? labelOf(node) : "the flow",
      };
    })
    .sort((a, b) => bySeverity(a, b) || a.line - b.line);
}

function looseWires(nodes: readonly FlowNode[], byId: ReadonlyMap<string, FlowNode>): Finding[] {
  return nodes.flatMap((node) =>
    ((node.wires ?? []) as readonly (readonly string[])[]).flatMap((wires, output) =>
      wires.flatMap((id, index): Finding[] =>
        byId.has(id)
          ? []
          : [
              {
                severity: "error",
                rule: "shape",
                node: node.id,
                field: `wires/${output}/${index}`,
                found: `a wire to ${id}, which is not in the file`,
                expected: "wires between nodes of the file",
                fix: "export the whole tab, or take the wire away",
              },
            ],
      ),
    ),
  );
}

const strangeTypes = (nodes: readonly FlowNode[], types: ReadonlySet<string>): Finding[] =>
  nodes
    .filter(({ type }) => !isKnownType(type, types))
    .map((node) => ({
      severity: "warning",
      rule: "type",
      node: node.id,
      field: "type",
      found: `${node.type} is neither Node-RED's own nor Plinth's: what it does is not known here`,
      expected: "a node of Node-RED or of @plinth/node-red",
      fix: "check by hand what it drives, and that its package is on every Node-RED that runs this flow",
    }));
