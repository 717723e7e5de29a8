/**
 * Actuators that a flow drives past what guards them. A unit moves nothing without its permit, whoever asks; a node
 * that writes a pin, a bus or a topic itself asks nobody.
 */
import type { Finding } from "./finding.ts";
import { type FlowNode, labelOf } from "./flow-file.ts";
import { commandType } from "./wanted.ts";
import { nextOf } from "./wiring.ts";

/** Node types that drive hardware, by the package that brings them. */
const drivers: Readonly<Record<string, readonly string[]>> = {
  "node-red-node-pi-gpio": ["rpi-gpio out"],
  "node-red-node-pi-gpiod": ["pi-gpiod out"],
  "node-red-contrib-gpio": ["gpio out", "johnny5"],
  "node-red-contrib-i2c": ["i2c out"],
  "node-red-node-serialport": ["serial out", "serial request"],
  "node-red-contrib-modbus": ["modbus-write", "modbus-flex-write"],
};
const driverTypes: ReadonlySet<string> = new Set(Object.values(drivers).flat());

/** Programs that do the same. */
const hardwareProgram = /\b(gpioset|raspi-gpio|pinctrl|pigs|i2cset|i2ctransfer|modpoll)\b|\/sys\/class\/gpio/;

const guarded = "a unit's own actuator, which its permit guards";
const ask = "ask the unit with a furniture command node";

export function unguardedActuators(nodes: readonly FlowNode[]): Finding[] {
  return [...nodes.flatMap(past), ...unchecked(nodes)];
}

function past(node: FlowNode): Finding[] {
  const error = (field: string, found: string, expected: string, fix: string): Finding[] => [
    { severity: "error", rule: "interlock", node: node.id, field, found, expected, fix },
  ];
  const { type, topic } = node;
  if (driverTypes.has(type))
    return error("type", `${type} drives hardware itself: nothing keeps it from doing so`, guarded, ask);
  if (type === "exec" && hardwareProgram.test(String(node.command)))
    return error("command", `${node.command} drives hardware itself`, guarded, ask);
  if (type === "file" && /^\/(dev|sys)\//.test(String(node.filename)))
    return error("filename", `${node.filename} is a device, written by a flow`, guarded, ask);
  if (type !== "mqtt out" || typeof topic !== "string" || !topic.startsWith("plinth/")) return [];
  if (topic.endsWith("/command"))
    return error(
      "topic",
      `${topic} gets commands that nobody numbers and that never expire`,
      "an id that rises and a time to live with each command",
      ask,
    );
  if (topic.endsWith("/settings/desired"))
    return error(
      "topic",
      `${topic} gets settings past the unit's node`,
      "one node that sets a unit, with ranges and an answer",
      "send the settings to the unit's node as payload",
    );
  return [];
}

const fromOutside: ReadonlySet<string> = new Set(["http in", "mqtt in", "tcp in", "udp in", "websocket in"]);
const deciding: ReadonlySet<string> = new Set(["switch", "function", "rbe", "json", "template", "change"]);

/** Commands that carry out whatever comes in from outside. */
function unchecked(nodes: readonly FlowNode[]): Finding[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  return nodes
    .filter(({ type }) => fromOutside.has(type))
    .flatMap((source) =>
      reachable(source, known)
        .filter(({ type }) => type === commandType)
        .map((command) => ({
          severity: "warning" as const,
          rule: "interlock" as const,
          node: command.id,
          field: "",
          found: `carries out whatever comes from ${labelOf(source)}`,
          expected: "somebody who decides on the way",
          fix: "put a switch node between the two that lets only what is meant pass",
        })),
    );
}

/** Nodes that a message reaches before anything looks at it. */
function reachable(source: FlowNode, nodes: ReadonlyMap<string, FlowNode>): FlowNode[] {
  const reached = new Set<FlowNode>();
  const visit = (node: FlowNode) => {
    for (const next of nextOf(node, nodes)) {
      if (reached.has(next) || deciding.has(next.type)) continue;
      reached.add(next);
      visit(next);
    }
  };
  visit(source);
  return [...reached];
}
