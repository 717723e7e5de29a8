import type { PageState } from "../view.ts";
import { byId, setText } from "./dom.ts";
import { localTime } from "./format.ts";
import type { Ask } from "./stream.ts";

const element = byId("journey");
const to = byId("journey-to");
const progress = byId<HTMLProgressElement>("journey-progress");

/** How far the street is on its way to another moment, and a way to stop it there. */
export class Journey {
  constructor(ask: Ask) {
    byId("journey-cancel").addEventListener("click", () => ask("/cancel", {}));
  }

  update({ run: { journey }, nowMs, timeZone }: PageState): void {
    element.hidden = journey === undefined;
    if (!journey) return;
    const { date, time } = localTime(journey.toMs, timeZone);
    setText(to, `${date}, ${time}`);
    progress.value = (nowMs - journey.fromMs) / Math.max(1, journey.toMs - journey.fromMs);
  }
}
