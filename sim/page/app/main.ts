import type { PageState } from "../view.ts";
import { Controls } from "./controls.ts";
import { byId, setText } from "./dom.ts";
import { showHud } from "./hud.ts";
import { Motion } from "./motion.ts";
import { Panel } from "./panel.ts";
import { Stage } from "./stage.ts";
import { listenToStreet } from "./stream.ts";
import { Units } from "./units.ts";
import { VehicleMotion } from "./vehicle-motion.ts";

const motion = new Motion();
const vehicles = new VehicleMotion();
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
/** Where motion is unwanted the picture changes this often. */
const stillMs = 1_000;

let state: PageState | undefined;
/** What the cards show: frames come oftener than news. */
let carded: { readonly state: PageState; readonly open: string | undefined } | undefined;
let drawnAtMs = Number.NEGATIVE_INFINITY;

const panel = new Panel(() => units.focus(panel.unit));
const units = new Units((unit) => {
  if (!state) return;
  if (panel.unit === unit) panel.close();
  else panel.open(unit, state);
});
const stage = new Stage(motion, vehicles, units);
const notice = byId("notice");
const controls = new Controls((message) => say(`The street refused: ${message}`));

function say(message: string): void {
  notice.hidden = message === "";
  setText(notice, message);
}

listenToStreet({
  onState(next, atMs) {
    state = next;
    motion.hear(next, atMs);
    vehicles.hear(next, atMs);
    panel.update(next, atMs);
  },
  onConnected(connected) {
    say(connected ? "" : "The simulator is not answering. The page goes on when it is back.");
  },
});

function frame(atMs: number): void {
  requestAnimationFrame(frame);
  if (!state || (stillness.matches && atMs - drawnAtMs < stillMs && !stage.isStale)) return;
  drawnAtMs = atMs;
  motion.advance(atMs);
  vehicles.advance(atMs);
  stage.draw(state, atMs, stillness.matches);
  if (carded?.state !== state || carded.open !== panel.unit) {
    carded = { state, open: panel.unit };
    units.update(state, panel.unit);
  }
  controls.update(state, atMs);
  showHud(state, motion.nowMs);
}
requestAnimationFrame(frame);
