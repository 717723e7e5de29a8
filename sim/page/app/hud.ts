import type { PageState } from "../view.ts";
import { byId, setAttribute, setText } from "./dom.ts";
import { localTime, lux, weatherLine } from "./format.ts";

const time = byId("time");
const date = byId("date");
const weather = byId("weather");
const daylight = byId("daylight");
const broker = byId("broker");
const nodeRed = byId<HTMLAnchorElement>("node-red");

/** Clock, date, weather and connections over the sky. */
export function showHud(state: PageState, nowMs: number): void {
  const local = localTime(nowMs, state.timeZone);
  setText(time, local.time);
  setText(date, local.date);
  setText(weather, weatherLine(state.weather));
  const elevation = state.sunElevationDeg.toFixed(1).replace("-", "−");
  setText(daylight, `sun ${elevation}° · ${lux(state.daylightLux)}`);
  broker.hidden = false;
  setAttribute(broker, "data-connected", String(state.broker.connected));
  setText(broker, state.broker.connected ? "Broker connected" : "Broker away");
  showNodeRed(state.nodeRedUrl);
}

function showNodeRed(url: string | undefined): void {
  nodeRed.hidden = url === undefined || !/^https?:\/\//.test(url);
  if (!nodeRed.hidden) setAttribute(nodeRed, "href", url!);
}
