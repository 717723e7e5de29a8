import { milliseconds } from "../../devices/duration.ts";
import { addressOf, unitTopics } from "../../devices/wire.ts";
import { Attachment } from "./attachment.ts";
import type { NodeClock } from "./clock.ts";
import type { FoundUnit } from "./found-unit.ts";
import { readDescription, readObject, readStatus } from "./messages.ts";
import { isName } from "./place.ts";
import { type BrokerNode, configNode, type Red } from "./red.ts";

/** How long a broker that is connected may take to send what it retains, and one that is not, to connect. */
const answerTime = milliseconds(400);
const connectTime = milliseconds(3_000);

/**
 * Serves `GET plinth/units?broker=<id>` to the editor: the units on that broker, by site and name; with `&site=` and
 * `&kind=`, only those of a site or a kind.
 */
export function serveUnits(red: Red, clock: NodeClock): void {
  const permission = red.auth.needsPermission("plinth.read");
  red.httpAdmin.get("/plinth/units", permission, (request, response) => {
    const { broker: id, site = "", kind = "" } = request.query;
    const broker = configNode(red, id) as BrokerNode | undefined;
    if (!broker) {
      response.status(404).json({ message: red._("units.notDeployed") });
      return;
    }
    findUnits(broker, isName(String(site)) ? String(site) : "+", clock).then(
      (units) => response.json(units.filter((unit) => kind === "" || unit.kind === kind)),
      () => response.status(503).json({ message: red._("units.noConnection") }),
    );
  });
}

let searches = 0;

/** @param site a site, or `+` for all. Rejects when the broker cannot be reached. */
function findUnits(broker: BrokerNode, site: string, clock: NodeClock): Promise<FoundUnit[]> {
  const { description, status } = unitTopics(site, "+");
  const found = new Map<string, Omit<FoundUnit, "online">>();
  const online = new Set<string>();
  const heard = (topic: string, payload: Uint8Array) => {
    const address = addressOf(topic);
    const message = readObject(payload);
    if (!address || !message) return;
    const key = `${address.site}/${address.unit}`;
    const description = readDescription(message);
    if (description) found.set(key, { ...address, kind: description.kind, title: description.title });
    if (readStatus(message)?.state === "online") online.add(key);
  };

  return new Promise((resolve, reject) => {
    const answer = () =>
      attachment.close(true, () =>
        resolve([...found].map(([key, unit]) => ({ ...unit, online: online.has(key) })).sort(byName)),
      );
    let cancel = clock.after(connectTime, () =>
      attachment.close(true, () => reject(new Error("not connected"))),
    );
    let asked = false;
    const attachment = new Attachment({
      id: `plinth-search-${searches++}`,
      broker,
      filters: [description, status],
      connection: (connected) => {
        if (asked || !connected) return;
        asked = true;
        cancel();
        cancel = clock.after(answerTime, answer);
      },
      heard,
    });
    attachment.open();
  });
}

const byName = (a: FoundUnit, b: FoundUnit) =>
  a.site.localeCompare(b.site) || a.unit.localeCompare(b.unit, undefined, { numeric: true });
