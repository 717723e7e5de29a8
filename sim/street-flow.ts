import type { UnitConfig } from "#firmware/config.ts";
import type { FlowNode } from "./node-red.ts";

/**
 * The flow of a street: one node for each of its units, in their order, with the settings that they start with.
 * @param brokerUrl `mqtt://127.0.0.1:1883`
 */
export function streetFlow(
  units: readonly Pick<UnitConfig, "site" | "unit" | "kind" | "settings">[],
  brokerUrl: string,
): FlowNode[] {
  const { hostname, port, protocol } = new URL(brokerUrl);
  const tab = "plinth-street";
  const broker = "plinth-broker";
  const nodes = units.map(({ site, unit, kind, settings }, index) => ({
    id: `plinth-${unit}`,
    type: kind,
    z: tab,
    name: "",
    broker,
    site,
    unit,
    ...settings,
    x: 160 + 200 * (index % 3),
    y: 160 + 60 * Math.floor(index / 3),
    wires: [[]],
  }));
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
    {
      id: "plinth-comment",
      type: "comment",
      z: tab,
      name: "Open a node, change a setting, press Done, then Deploy",
      info: explanation,
      x: 260,
      y: 80,
      wires: [],
    },
    ...nodes,
  ];
}

const explanation = `Each node configures one unit of the simulated street.

1. Double-click a node and change a setting, such as a lamp's hold time.
2. Press **Done**, then **Deploy**.
3. The dot under the node turns green when the unit runs on the new settings.

A unit that is offline gets its settings as soon as it is back.`;
