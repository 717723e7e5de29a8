import type { Clock } from "../../devices/ports/clock.ts";
import { idPattern } from "../../devices/wire.ts";
import { Claims } from "./claims.ts";
import { type Field, formValues, settingsRefusals } from "./declaration.ts";
import { brokerOf, type NodeConfig, type NodeStatus, type Red, type RuntimeNode } from "./red.ts";
import type { Text } from "./status.ts";
import { UnitNode } from "./unit-node.ts";
import { serveUnits } from "./units.ts";

/** The clock of a Node-RED process, as far as a node waits. */
const clock: Pick<Clock, "after"> = {
  after: (delay, run) => {
    const timer = setTimeout(run, delay);
    return () => clearTimeout(timer);
  },
};

/** Registers the node type that configures one kind of furniture. */
export function registerFurniture(red: Red, kind: string, fields: readonly Field[]): void {
  const text: Text = (key, values) => red._(key, values);
  const claims = new Claims();

  red.nodes.registerType(kind, function (config) {
    red.nodes.createNode(this, config);
    const { site = "", unit = "" } = config;
    const broker = brokerOf(red, config.broker);
    const settings = formValues(fields, config);
    const fault = misconfigured(config, fields, settings, text);
    if (!broker || fault) {
      rest(this, broker && fault ? fault : noBroker(text));
      return;
    }

    const node = new UnitNode({ red: this, text, kind, site, unit, broker, clock, fields, settings });
    const claim = claims.claim(`${broker.id}/${site}/${unit}`, () => node.start());
    if (!claim.held) show(this, { fill: "red", shape: "ring", text: text("status.taken", { unit }) });
    this.on("close", (removed, done) => {
      claim.release();
      node.stop(removed, done);
    });
  });
  serveUnits(red, kind, clock);
}

const noBroker = (text: Text): NodeStatus => ({ fill: "grey", shape: "ring", text: text("status.noBroker") });

/** Why a node cannot work as its form was filled in; undefined when it can. */
function misconfigured(
  { site = "", unit = "" }: NodeConfig,
  fields: readonly Field[],
  settings: Readonly<Record<string, unknown>>,
  text: Text,
): NodeStatus | undefined {
  const id = new RegExp(idPattern, "u");
  if (site === "" || unit === "") return { fill: "red", shape: "ring", text: text("status.noUnit") };
  const bad = [site, unit].find((name) => !id.test(name));
  if (bad !== undefined) return { fill: "red", shape: "ring", text: text("status.badId", { id: bad }) };
  const [refusal] = settingsRefusals(fields, settings);
  return refusal && { fill: "red", shape: "dot", text: text("status.refused", { ...refusal }) };
}

/** A node that cannot work says why, under itself, in the log, and to whoever sends it a message. */
function rest(node: RuntimeNode, status: NodeStatus): void {
  show(node, status);
  node.on("input", (_message, _send, done) => done(status.text));
}

function show(node: RuntimeNode, status: NodeStatus): void {
  node.status(status);
  node.warn(status.text ?? "");
}
