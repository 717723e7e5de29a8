import { streetlight } from "#devices/furniture/index.ts";
import { factorySettings } from "#devices/furniture/vocabulary.ts";
import type { FlowNode } from "./node-red.ts";

/**
 * The flow of a street: one node for each of its lamps, in their order along it, with factory settings, each with
 * the lamps beside it as neighbours.
 * @param brokerUrl `mqtt://127.0.0.1:1883`
 */
export function streetFlow(site: string, units: readonly string[], brokerUrl: string): FlowNode[] {
  const { hostname, port, protocol } = new URL(brokerUrl);
  const tab = "plinth-street";
  const broker = "plinth-broker";
  const lamps = units.map((unit, index) => ({
    id: `plinth-${unit}`,
    type: streetlight.kind,
    z: tab,
    name: "",
    broker,
    site,
    unit,
    ...factorySettings(streetlight),
    neighbours: [units[index - 1], units[index + 1]].filter((neighbour) => neighbour !== undefined),
    x: 160 + 200 * (index % 3),
    y: 160 + 60 * Math.floor(index / 3),
    wires: [[]],
  }));
  return [
    { id: tab, type: "tab", label: `Street ${site}`, disabled: false, info: explanation },
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
      name: "Open a lamp, change a setting, press Done, then Deploy",
      info: explanation,
      x: 260,
      y: 80,
      wires: [],
    },
    ...lamps,
  ];
}

const explanation = `Each node configures one lamp of the simulated street.

1. Double-click a lamp and change a setting, such as its hold time.
2. Press **Done**, then **Deploy**.
3. The dot under the node turns green when the lamp runs on the new settings.

A lamp that is offline gets its settings as soon as it is back.`;
