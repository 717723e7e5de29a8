import type { Finding, Rule } from "./finding.ts";
import type { FlowNode } from "./flow-file.ts";

/** An error of a node, told at one of its fields. */
export const error = (
  rule: Rule,
  node: FlowNode,
  field: string,
  words: Pick<Finding, "found" | "expected" | "fix">,
): Finding => ({ severity: "error", rule, node: node.id, field, ...words });
