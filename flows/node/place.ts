import { idPattern } from "../../devices/wire.ts";
import { type BrokerNode, configNode, type NodeStatus, type Red, type RuntimeNode } from "./red.ts";
import type { Text } from "./text.ts";

/** Type of the configuration node of a site. */
export const siteType = "plinth-site";

/** That node, as other nodes see it. */
export interface SiteNode {
  /** Id of its `mqtt-broker`. */
  readonly broker: string;
  readonly site: string;
}

/** A site on a broker. */
export interface Place {
  readonly broker: BrokerNode;
  readonly site: string;
}

const id = new RegExp(idPattern, "u");

/** Whether a text can name a site or a unit. */
export const isName = (name: string): boolean => id.test(name);

/** The place that a node's `site` names, or why there is none. */
export function placeOf(
  red: Red,
  site: unknown,
  text: Text,
): { readonly place?: Place; readonly fault?: NodeStatus } {
  const found = configNode(red, site) as SiteNode | undefined;
  if (!found) return { fault: { fill: "red", shape: "ring", text: text("status.noSite") } };
  if (!isName(found.site)) return { fault: badName(found.site, text) };
  const broker = configNode(red, found.broker) as BrokerNode | undefined;
  return broker ? { place: { broker, site: found.site } } : { fault: noBroker(text) };
}

export const noBroker = (text: Text): NodeStatus => ({
  fill: "grey",
  shape: "ring",
  text: text("status.noBroker"),
});

export const badName = (name: string, text: Text): NodeStatus => ({
  fill: "red",
  shape: "ring",
  text: text("status.badId", { id: name }),
});

/** A node that cannot work says why, under itself, in the log, and to whoever sends it a message. */
export function rest(node: RuntimeNode, status: NodeStatus): void {
  show(node, status);
  node.on("input", (_message, _send, done) => done(status.text));
}

/** Says something under a node and in the log. */
export function show(node: RuntimeNode, status: NodeStatus): void {
  node.status(status);
  node.warn(status.text ?? "");
}
