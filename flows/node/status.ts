import type { Refusal } from "../../devices/wire.ts";
import { fieldSpoken, spoken } from "./phrases.ts";
import type { NodeStatus } from "./red.ts";
import { short } from "./revision.ts";
import type { Standing, State } from "./standing.ts";
import type { Text } from "./text.ts";

const looks: Readonly<Record<State, Omit<NodeStatus, "text">>> = {
  disconnected: { fill: "grey", shape: "ring" },
  connecting: { fill: "yellow", shape: "ring" },
  mismatch: { fill: "red", shape: "dot" },
  replaced: { fill: "yellow", shape: "dot" },
  refused: { fill: "red", shape: "dot" },
  applied: { fill: "green", shape: "dot" },
  waiting: { fill: "yellow", shape: "ring" },
  sent: { fill: "blue", shape: "dot" },
};

/** What was refused, in what fits under a node. */
export const refusedText = ({ field, problem }: Pick<Refusal, "field" | "problem">, text: Text): string =>
  text("status.refused", { field: fieldSpoken(field, text), problem: spoken(problem, text) });

/** What the editor shows under the node. Ring: not connected to what it speaks of; dot: connected. */
export function statusOf(
  { state, revision, online, known, refusals, found }: Standing,
  text: Text,
): NodeStatus {
  if (state === "applied" && !online)
    return { ...looks.waiting, text: text("status.appliedOffline", { revision: short(revision) }) };
  if (state === "refused") {
    const { field = "", problem = "" } = refusals[0] ?? {};
    return { ...looks.refused, text: refusedText({ field, problem }, text) };
  }
  const key = state === "waiting" && !known ? "unknown" : state;
  return {
    ...looks[state],
    text: text(`status.${key}`, { revision: short(revision), found: short(found ?? "") }),
  };
}
