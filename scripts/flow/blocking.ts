/** Nodes that hold up Node-RED, in which every flow of a site waits for every other. */
import type { Finding } from "./finding.ts";
import { type FlowNode, labelOf } from "./flow-file.ts";
import { blockingCode } from "./function-code.ts";
import { ringsOf } from "./wiring.ts";

export function blockingNodes(nodes: readonly FlowNode[]): Finding[] {
  return [...nodes.flatMap(ownTrouble), ...rings(nodes)];
}

function ownTrouble(node: FlowNode): Finding[] {
  const trouble = (field: string, found: string, expected: string, fix: string): Finding => ({
    severity: "warning",
    rule: "blocking",
    node: node.id,
    field,
    found,
    expected,
    fix,
  });
  switch (node.type) {
    case "function":
      return ["func", "initialize", "finalize"].flatMap((field) => {
        const code = node[field];
        const findings = typeof code === "string" ? blockingCode(code, field) : [];
        return findings.map((finding) => ({ ...finding, node: node.id }));
      });
    case "exec":
      return isNumber(node.timer)
        ? []
        : [
            trouble(
              "timer",
              "runs a program that may never end",
              "a time-out in seconds",
              "fill in Timeout, so that programs that hang do not pile up",
            ),
          ];
    case "delay":
      return node.pauseType === "rate" && node.drop !== true && !isNumber(node.maxQueueLength)
        ? [
            trouble(
              "drop",
              "keeps every message that comes too fast, without end",
              "a bound",
              "choose Drop intermediate messages, or give the most that may wait",
            ),
          ]
        : [];
    default:
      return [];
  }
}

const isNumber = (value: unknown) => value !== "" && value !== undefined && Number(value) > 0;

/** Which hand a message on in the same moment, as it came or made anew. */
const passing: ReadonlySet<string> = new Set(
  "change switch function template json csv xml yaml split join sort batch range rbe link-in link-out"
    .split(" ")
    .map((type) => type.replace("-", " ")),
);
/** Which may let it go, too. */
const deciding: ReadonlySet<string> = new Set(["switch", "function", "rbe", "join", "batch"]);

function rings(nodes: readonly FlowNode[]): Finding[] {
  return ringsOf(nodes, ({ type }) => passing.has(type)).map((ring) => ({
    severity: ring.some(({ type }) => deciding.has(type)) ? "warning" : "error",
    rule: "blocking",
    node: ring[0]!.id,
    field: "wires",
    found: `a message goes round: ${[...ring, ring[0]!].map(labelOf).join(" → ")}`,
    expected: "an end, or a pause on the way",
    fix: "take a wire away, or put a delay node into the ring",
  }));
}
