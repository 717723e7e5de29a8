import { milliseconds } from "../../devices/duration.ts";
import type { Clock } from "../../devices/ports/clock.ts";
import { addressOf, unitTopics } from "../../devices/wire.ts";
import { readDescription, readObject, readStatus } from "./messages.ts";
import { type BrokerNode, brokerOf, type Red } from "./red.ts";

/** A unit that has described itself on a broker. */
export interface FoundUnit {
  readonly site: string;
  readonly unit: string;
  readonly title: string;
  readonly online: boolean;
}

/** How long a broker that is connected may take to send what it retains, and one that is not, to connect. */
const answerTime = milliseconds(400);
const connectTime = milliseconds(3_000);

/** Serves `GET plinth/<kind>/units?broker=<id>` to the editor: the units of that kind, by site and name. */
export function serveUnits(red: Red, kind: string, clock: Pick<Clock, "after">): void {
  const permission = red.auth.needsPermission("plinth.read");
  red.httpAdmin.get(`/plinth/${kind}/units`, permission, (request, response) => {
    const broker = brokerOf(red, request.query.broker);
    if (!broker) {
      response.status(404).json({ message: red._("units.notDeployed") });
      return;
    }
    findUnits(broker, kind, clock).then(
      (units) => response.json(units),
      () => response.status(503).json({ message: red._("units.noConnection") }),
    );
  });
}

let searches = 0;

/** Rejects when the broker cannot be reached. */
function findUnits(broker: BrokerNode, kind: string, clock: Pick<Clock, "after">): Promise<FoundUnit[]> {
  const reference = `plinth-search-${searches++}`;
  const { description, status } = unitTopics("+", "+");
  const found = new Map<string, Omit<FoundUnit, "online">>();
  const online = new Set<string>();
  const heard = (topic: string, payload: Uint8Array) => {
    const address = addressOf(topic);
    const message = readObject(payload);
    if (!address || !message) return;
    const key = `${address.site}/${address.unit}`;
    const title = readDescription(message);
    if (title?.kind === kind) found.set(key, { ...address, title: title.title });
    if (readStatus(message)?.state === "online") online.add(key);
  };

  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      for (const filter of [description, status]) broker.unsubscribe(filter, reference, true);
      broker.deregister(user, settle, true);
    };
    const answer = () =>
      finish(() =>
        resolve([...found].map(([key, unit]) => ({ ...unit, online: online.has(key) })).sort(byName)),
      );
    let cancel = clock.after(connectTime, () => finish(() => reject(new Error("not connected"))));
    let connected = false;
    const look = () => {
      if (connected || !broker.connected) return;
      connected = true;
      cancel();
      cancel = clock.after(answerTime, answer);
    };
    const user = { id: reference, status: look };
    broker.register(user);
    for (const filter of [description, status]) broker.subscribe(filter, { qos: 1 }, heard, reference);
    look();
  });
}

const byName = (a: FoundUnit, b: FoundUnit) =>
  a.site.localeCompare(b.site) || a.unit.localeCompare(b.unit, undefined, { numeric: true });
