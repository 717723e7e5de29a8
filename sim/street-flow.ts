import * as catalogue from "#devices/furniture/index.ts";
import type { UnitConfig } from "#firmware/config.ts";
import type { FlowNode } from "./node-red.ts";

type Configured = Pick<UnitConfig, "site" | "unit" | "kind" | "settings">;

const tab = "plinth-street";
const broker = "plinth-broker";
/** Unlike its type: Node-RED takes each property that equals the id of a configuration node for a use of it. */
const site = "plinth-place";

/** Nodes side by side, and how far the middles of two are apart. */
const columns = 3;
const pitch = { x: 200, y: 60 } as const;
const first = { x: 160, y: 100 } as const;

/**
 * The flow of a street of one site: one node for each of its units, with the settings that they start with; kind by
 * kind, in the order of the units.
 * @param brokerUrl `mqtt://127.0.0.1:1883`
 */
export function streetFlow(units: readonly Configured[], brokerUrl: string): FlowNode[] {
  const { hostname, port, protocol } = new URL(brokerUrl);
  return [
    { id: tab, type: "tab", label: `Street ${units[0]?.site ?? ""}`, disabled: false, info: explanation },
    {
      id: broker,
      type: "mqtt-broker",
      name: "Street",
      broker: hostname.replace(/^\[|\]$/g, ""),
      port: port || (protocol === "mqtts:" ? "8883" : "1883"),
      usetls: protocol === "mqtts:",
      protocolVersion: "4",
      keepalive: "60",
      cleansession: true,
      autoConnect: true,
    },
    { id: site, type: "plinth-site", broker, site: units[0]?.site ?? "" },
    {
      id: "plinth-comment",
      type: "comment",
      z: tab,
      name: "Open a node, change a setting, press Done, then Deploy",
      info: explanation,
      x: 260,
      y: 40,
      wires: [],
    },
    ...nodesOf(units),
  ];
}

/** A block of rows for each kind, under its title. */
function nodesOf(units: readonly Configured[]): FlowNode[] {
  const titles = new Map(Object.values(catalogue).map(({ kind, title }) => [kind, title]));
  let y: number = first.y;
  return [...new Set(units.map(({ kind }) => kind))].flatMap((kind) => {
    const block = units.filter((unit) => unit.kind === kind);
    const title = {
      id: `plinth-${kind}-title`,
      type: "comment",
      z: tab,
      name: titles.get(kind) ?? kind,
      info: "",
      x: first.x - 20,
      y,
      wires: [],
    };
    const nodes = block.map((unit, index) =>
      nodeOf(unit, first.x + pitch.x * (index % columns), y + pitch.y * (1 + Math.floor(index / columns))),
    );
    y += pitch.y * (1 + Math.ceil(block.length / columns));
    return [title, ...nodes];
  });
}

const nodeOf = ({ unit, kind, settings }: Configured, x: number, y: number): FlowNode => ({
  id: `plinth-${unit}`,
  type: kind,
  z: tab,
  name: "",
  site,
  unit,
  ...settings,
  x,
  y,
  wires: [[]],
});

const explanation = `Each node configures one piece of the simulated street's furniture.

1. Double-click a node and change a setting, such as a lamp's hold time or the hours in which a bench charges.
2. Press **Done**, then **Deploy**.
3. The dot under the node turns green when the unit runs on the new settings.

A unit that is offline gets its settings as soon as it is back.`;
