/** What is wrong with the nodes that set units, told as the nodes themselves would, before anything is deployed. */
import { settingsRefusals } from "#flows/node/declaration.ts";
import { isName, siteType } from "#flows/node/place.ts";
import type { Finding } from "./finding.ts";
import { enabledNodes, type FlowNode, labelOf } from "./flow-file.ts";
import type { KnownUnits } from "./known-units.ts";
import { error } from "./node-error.ts";
import { nodeOf, textOf, type Wanted, wantedUnits } from "./wanted.ts";

const idWords = "1 to 32 of a-z, 0-9 and hyphen";

/** @param known the units that there are; undefined where nobody said */
export function unitNodeFindings(nodes: readonly FlowNode[], known: KnownUnits | undefined): Finding[] {
  const wanted = wantedUnits(nodes);
  return [
    ...brokerFindings(nodes),
    ...wanted.flatMap((each) => [
      ...addressFindings(each, nodes),
      ...settingFindings(each),
      ...neighbourFindings(each, wanted, known),
      ...(known ? unknownUnit(each, known) : []),
    ]),
    ...rivals(wanted),
  ];
}

/** A node that needs a broker and names none, or one that is not there, or is not protected on its way. */
function brokerFindings(nodes: readonly FlowNode[]): Finding[] {
  const enabled = enabledNodes(nodes);
  const byId = new Map(enabled.map((node) => [node.id, node]));
  const missing = enabled
    .filter(({ type }) => ["mqtt in", "mqtt out", siteType].includes(type))
    .filter(({ broker }) => !nodeOf(byId, broker, "mqtt-broker"))
    .map((node) =>
      error("broker", node, "broker", {
        found:
          textOf(node.broker) === "" ? "names no broker" : `names ${node.broker}, which is no broker here`,
        expected: "an mqtt-broker node that is enabled",
        fix: "open the node and choose or add a broker; an export must contain its configuration nodes",
      }),
    );
  return [...missing, ...enabled.filter(({ type }) => type === "mqtt-broker").flatMap(brokerFinding)];
}

function brokerFinding(node: FlowNode): Finding[] {
  const host = textOf(node.broker);
  if (host === "")
    return [
      error("broker", node, "broker", {
        found: "a broker without address",
        expected: "a host name, such as mqtt.city.example",
        fix: "open the broker and fill in Server",
      }),
    ];
  const isHere = /^(localhost|127\.|\[?::1)/.test(host.replace(/^\w+:\/\//, ""));
  if (isHere || node.usetls === true || /^(mqtts|wss):/.test(host)) return [];
  return [
    {
      severity: "warning",
      rule: "broker",
      node: node.id,
      field: "usetls",
      found: `${host} is reached without TLS: settings and commands travel in clear`,
      expected: "TLS, on port 8883",
      fix: "tick Use TLS and choose the city's certificate authority",
    },
  ];
}

function addressFindings({ node, unit }: Wanted, nodes: readonly FlowNode[]): Finding[] {
  return [...siteFindings(node, nodes), ...(isName(unit) ? [] : [unnamed(node, unit)])];
}

export const unnamed = (node: FlowNode, unit: string): Finding =>
  error("unit", node, "unit", {
    found: unit === "" ? "names no unit" : `names ${unit}`,
    expected: idWords,
    fix: "name it as the unit has it in its unit.yaml; the magnifier in the form lists those on the broker",
  });

/** A node of ours that names no site, or one that is not there or has no name itself. */
export function siteFindings(node: FlowNode, nodes: readonly FlowNode[]): Finding[] {
  const site = nodeOf(new Map(enabledNodes(nodes).map((each) => [each.id, each])), node.site, siteType);
  if (!site)
    return [
      error("site", node, "site", {
        found: textOf(node.site) === "" ? "names no site" : `names ${node.site}, which is no site here`,
        expected: "a site node that is enabled",
        fix: "open the node and choose or add a site; an export must contain its configuration nodes",
      }),
    ];
  const name = textOf(site.site);
  if (isName(name)) return [];
  return [
    error("site", site, "site", {
      found: name === "" ? "has no name" : `is named ${name}`,
      expected: idWords,
      fix: "name it as the units of the site have it in their unit.yaml",
    }),
  ];
}

/** Settings that a unit would refuse, of the whole flow. */
export const settingErrors = (nodes: readonly FlowNode[]): Finding[] =>
  wantedUnits(nodes).flatMap(settingFindings);

const settingFindings = ({ node, fields, settings }: Wanted): Finding[] =>
  settingsRefusals(fields, settings).map(({ field, problem, expected }) =>
    error("setting", node, field, {
      found: `${titleOf(fields, field)} ${problem}`,
      expected,
      fix: `give ${expected}`,
    }),
  );

const titleOf = (fields: Wanted["fields"], path: string) => {
  const [name, ...rest] = path.split("/");
  const title = fields.find((field) => field.name === name)?.title ?? name;
  return [title, ...rest].join("/");
};

/** A unit that is not among those that there are, or is of another kind. */
export function unknownUnit(
  { node, kind, site, unit }: Pick<Wanted, "node" | "kind" | "site" | "unit">,
  known: KnownUnits,
): Finding[] {
  if (!isName(unit) || site === "") return [];
  const found = known.get(`${site}/${unit}`);
  if (found === kind) return [];
  const there = [...known].filter(([, each]) => each === kind).map(([key]) => key);
  return [
    error("unit", node, "unit", {
      found: found === undefined ? `${site}/${unit} is unknown` : `${site}/${unit} is a ${found}`,
      expected: `a ${kind}: ${there.length > 0 ? there.join(", ") : "there is none"}`,
      fix: "choose one that there is, or give its unit.yaml with --units too",
    }),
  ];
}

/** Units that a setting names, and nobody knows: neither the flow nor who said which there are. */
function neighbourFindings(
  { node, site, unit, fields, settings }: Wanted,
  wanted: readonly Wanted[],
  known: KnownUnits | undefined,
): Finding[] {
  const inFlow = new Set(wanted.map((other) => `${other.site}/${other.unit}`));
  return fields
    .filter(({ editor }) => editor === "units")
    .flatMap(({ name, title }) => {
      const named = settings[name];
      return (Array.isArray(named) ? named : []).flatMap((neighbour: unknown, index): Finding[] => {
        const key = `${site}/${neighbour}`;
        const words = { expected: `another unit of ${site}`, fix: "correct its name, or take it out" };
        if (neighbour === unit)
          return [
            error("unit", node, `${name}/${index}`, { found: `${title} names the unit itself`, ...words }),
          ];
        if (known?.has(key) || (!known && inFlow.has(key))) return [];
        const found = `${title} names ${neighbour}, which ${known ? "is unknown" : "this flow does not set"}`;
        const finding = error("unit", node, `${name}/${index}`, { found, ...words });
        return [known ? finding : { ...finding, severity: "notice" }];
      });
    });
}

/** Two nodes that set one unit: the second one does not work. */
const rivals = (wanted: readonly Wanted[]): Finding[] =>
  wanted.flatMap(({ node, site, unit, broker }, index) => {
    const first = wanted.findIndex(
      (other) => other.unit === unit && other.site === site && other.broker === broker,
    );
    if (unit === "" || first === index) return [];
    return [
      error("unit", node, "unit", {
        found: `${unit} is set by ${labelOf(wanted[first]!.node)} (${wanted[first]!.node.id}) already`,
        expected: "one node for each unit",
        fix: "take one of the two out, or name another unit",
      }),
    ];
  });
