import { nodeClock } from "./clock.ts";
import { type SiteNode, siteType } from "./place.ts";
import type { Red } from "./red.ts";
import { serveUnits } from "./units.ts";

/** Registers the configuration node of a site, and serves the units that are on a broker to the forms of all nodes. */
export function registerSite(red: Red): void {
  red.nodes.registerType(siteType, function (config) {
    const { broker = "", site = "" } = config;
    red.nodes.createNode(this, config);
    const place: SiteNode = { broker: String(broker), site: String(site) };
    Object.assign(this, place);
  });
  serveUnits(red, nodeClock);
}
