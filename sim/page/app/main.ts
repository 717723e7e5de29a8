import type { PageState } from "../view.ts";
import { Controls } from "./controls.ts";
import { byId, setText } from "./dom.ts";
import { FaultMenu } from "./fault-menu.ts";
import { showHud } from "./hud.ts";
import { Journey } from "./journey.ts";
import { Link } from "./link.ts";
import { Motion } from "./motion.ts";
import { Panel } from "./panel.ts";
import { Stage } from "./stage.ts";
import { ask, type Deed, listenToStreet } from "./stream.ts";
import { StreetDialog } from "./street-dialog.ts";
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
const units = new Units((unit) => (panel.unit === unit ? panel.close() : openPanel(unit)));
const stage = new Stage(motion, vehicles, units);
const notice = byId("notice");
const refused = (message: string) => say(`The street refused: ${message}`);
const told = (path: Deed, body: object) =>
  void ask(path, body).then(
    () => say(""),
    (error: Error) => refused(error.message),
  );
const controls = new Controls(told);
const journey = new Journey(told);
const faults = new FaultMenu(told, refused);
byId("panel").querySelector(".parts")!.closest("section")!.after(faults.element);
const street = new StreetDialog(told, refused, () => panel.unit);
const link = new Link(told, say, openPanel);

const noAnswer = "The simulator is not answering. The page goes on when it is back.";

function openPanel(unit: string): void {
  if (!state?.units[unit]) return;
  panel.open(unit, state);
  units.reveal(unit);
}

function say(message: string): void {
  notice.hidden = message === "";
  setText(notice, message);
}

listenToStreet({
  onState(next, atMs) {
    if (state && state.run.number !== next.run.number) return location.reload();
    state = next;
    motion.hear(next, atMs);
    vehicles.hear(next, atMs);
    panel.update(next, atMs);
    street.update(next);
    journey.update(next);
  },
  onConnected(connected) {
    if (!connected) say(noAnswer);
    else if (notice.textContent === noAnswer) say("");
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
    if (panel.unit !== undefined) faults.update(state, panel.unit);
    link.follow(panel.unit);
  }
  controls.update(state, atMs);
  showHud(state, motion.nowMs);
}
requestAnimationFrame(frame);
