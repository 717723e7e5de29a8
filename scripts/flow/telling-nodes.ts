/** What is wrong with the nodes that hear units and command them, told before anything is deployed. */
import * as catalogue from "#devices/furniture/index.ts";
import { kindOf } from "#flows/form/kinds.ts";
import { isName, siteType } from "#flows/node/place.ts";
import { refusals } from "#flows/node/schema.ts";
import { argumentRefusals, type Kind, timeToLive } from "#flows/node/vocabulary.ts";
import type { Finding } from "./finding.ts";
import { enabledNodes, type FlowNode } from "./flow-file.ts";
import type { KnownUnits } from "./known-units.ts";
import { error } from "./node-error.ts";
import { siteFindings, unknownUnit, unnamed } from "./unit-nodes.ts";
import { commandType, inType, nodeOf, textOf } from "./wanted.ts";

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.values(catalogue).map((declaration) => [declaration.kind, kindOf(declaration)]),
);

/** @param known the units that there are; undefined where nobody said */
export function tellingNodeFindings(nodes: readonly FlowNode[], known: KnownUnits | undefined): Finding[] {
  return enabledNodes(nodes).flatMap((node) => {
    if (node.type !== inType && node.type !== commandType) return [];
    const own = node.type === inType ? filterFindings(node) : commandFindings(node);
    return [...siteFindings(node, nodes), ...unitFindings(node, nodes, known), ...own];
  });
}

/** A unit may be left open: any, or the one that a message names. */
function unitFindings(node: FlowNode, nodes: readonly FlowNode[], known: KnownUnits | undefined): Finding[] {
  const unit = textOf(node.unit);
  if (unit === "") return [];
  if (!isName(unit)) return [unnamed(node, unit)];
  const site = nodeOf(new Map(nodes.map((each) => [each.id, each])), node.site, siteType);
  const kind = textOf(node.kind);
  if (!known || !site || kind === "") return [];
  return unknownUnit({ node, kind, unit, site: textOf(site.site) }, known);
}

function filterFindings(node: FlowNode): Finding[] {
  const [kind, tells] = [textOf(node.kind), textOf(node.tells)];
  const [type = "", name] = tells.split(":");
  if (kind === "" || name === undefined) return [];
  const known = kinds.get(kind)?.tellings.filter((telling) => telling.type === type) ?? [];
  if (known.some((telling) => telling.name === name)) return [];
  return [
    error("setting", node, "tells", {
      found: `a ${kind} tells no ${type} ${name}`,
      expected: known.map((telling) => telling.name).join(", ") || `something that a ${kind} tells`,
      fix: "open the node and choose what it shall hear",
    }),
  ];
}

function commandFindings(node: FlowNode): Finding[] {
  const orders = kinds.get(textOf(node.kind))?.orders ?? [];
  const order = orders.find(({ name }) => name === node.command);
  if (!order)
    return [
      error("setting", node, "command", {
        found:
          `a ${textOf(node.kind) || "unit of no kind"} takes no command ${textOf(node.command)}`.trimEnd(),
        expected: orders.map(({ name }) => name).join(", ") || "a kind and one of its commands",
        fix: "open the node and choose a command",
      }),
    ];
  const args = typeof node.args === "object" && node.args !== null ? node.args : {};
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== ""));
  return [
    ...argumentRefusals(order, given as Readonly<Record<string, unknown>>)
      // What the form leaves open, a message may bring.
      .filter(({ field }) => Object.hasOwn(given, field))
      .map((refusal) => ({ ...refusal, field: `args/${refusal.field}` })),
    ...refusals(timeToLive, Number(node.timeToLive ?? timeToLive.default), "timeToLive", "s"),
  ].map(({ field, problem, expected }) =>
    error("setting", node, field, {
      found: `${order.title}: ${field.replace("args/", "")} ${problem}`,
      expected,
      fix: `give ${expected}`,
    }),
  );
}
