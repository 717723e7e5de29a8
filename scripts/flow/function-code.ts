/** Finds in the code of a function node what would hold up all of Node-RED: it is one thread for every flow. */
import { type AnyNode, type Program, parse } from "acorn";
import { full, fullAncestor } from "acorn-walk";
import type { Finding } from "./finding.ts";

type Trouble = Pick<Finding, "found" | "expected" | "fix">;

/** @param field the property of the node that holds the code: `func`, `initialize` or `finalize` */
export function blockingCode(code: string, field: string): Finding[] {
  const finding = (trouble: Trouble): Finding => ({ severity: "error", rule: "blocking", field, ...trouble });
  const program = parsed(code);
  if (typeof program === "string") return [finding(unreadable(program))];
  const findings: Finding[] = [];
  full(program, (node) => {
    const trouble = troubleOf(node);
    const line = `line ${node.loc?.start.line} of its code`;
    if (trouble) findings.push(finding({ ...trouble, found: `${line}: ${trouble.found}` }));
  });
  return findings;
}

/** The code stands in a function that may await. @returns the program, or why it is none. */
function parsed(code: string): Program | string {
  const freedoms = { allowReturnOutsideFunction: true, allowAwaitOutsideFunction: true };
  try {
    return parse(code, { ecmaVersion: "latest", locations: true, ...freedoms });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const unreadable = (why: string): Trouble => ({
  found: `JavaScript that cannot be read: ${why}`,
  expected: "the body of a function",
  fix: "open the node in Node-RED: its editor marks the place",
});

function troubleOf(node: AnyNode): Trouble | undefined {
  switch (node.type) {
    case "CallExpression":
      return callTrouble(node.callee);
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return loopTrouble(node.body, node.test ?? undefined);
    default:
      return undefined;
  }
}

function callTrouble(callee: AnyNode): Trouble | undefined {
  const isMember = callee.type === "MemberExpression" && callee.property.type === "Identifier";
  const name = isMember ? nameOf(callee.property) : nameOf(callee);
  const waits =
    /[a-z]Sync$/.test(name) || (isMember && nameOf(callee.object) === "Atomics" && name === "wait");
  if (!waits) return undefined;
  return {
    found: `${name}() waits, and every other flow with it`,
    expected: "a call that gives a promise",
    fix: "await its asynchronous form, or use Node-RED's exec, read file or write file node",
  };
}

function loopTrouble(body: AnyNode, test: AnyNode | undefined): Trouble | undefined {
  const parts = test ? [body, test] : [body];
  if (parts.some((part) => has(part, ({ type }) => type === "AwaitExpression"))) return undefined;
  if (test && has(test, (node) => ["Date", "performance"].includes(nameOf(node))))
    return {
      found: "a loop that waits for time to pass",
      expected: "no waiting in a function node",
      fix: "send the message through a delay node, or await a timer",
    };
  const isForEver = !test || (test.type === "Literal" && Boolean(test.value));
  if (!isForEver || has(body, ({ type }) => leaving.has(type))) return undefined;
  return {
    found: "a loop that never ends",
    expected: "a condition, a break or a return",
    fix: "end the loop, or let an inject node repeat instead",
  };
}

const leaving: ReadonlySet<string> = new Set(["BreakStatement", "ReturnStatement", "ThrowStatement"]);

const nameOf = (node: AnyNode): string => (node.type === "Identifier" ? node.name : "");

/** Whether one of the nodes within is such a one; functions inside run at another time. */
function has(within: AnyNode, matches: (node: AnyNode) => boolean): boolean {
  let found = false;
  fullAncestor(within, (node, _state, ancestors) => {
    const isDeferred = ancestors.some(({ type }) => /Function/.test(type));
    found ||= !isDeferred && matches(node);
  });
  return found;
}
