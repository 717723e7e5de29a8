import { tile } from "#devices/estimators/footfall/tile.ts";
import { floor } from "#devices/furniture/floor.ts";
import type { Across, Figure, KindModel, Passage, SiteVerb, Told } from "../model.ts";
import { FloorSite } from "./site.ts";

const figure = (title: string, unit: string, decimals: number, across: Across = "sum"): Figure => ({
  title,
  unit,
  decimals,
  across,
});

const share = (title: string, of: string, share: string): Figure =>
  figure(title, "1", 4, { share, of, ofNothing: 1 });

const figures: Readonly<Record<string, Figure>> = {
  "steps.actual": figure("steps", "1", 0),
  "steps.counted": { ...figure("steps counted", "1", 0), truth: "steps.actual" },
  "steps.matched": figure("steps counted that were some", "1", 0),
  "steps.recall": share("steps that were counted", "steps.actual", "steps.matched"),
  "steps.precision": share("counted steps that were some", "steps.counted", "steps.matched"),
  "people.actual": figure("people over the middle", "1", 0),
  "people.counted": { ...figure("people counted", "1", 0), truth: "people.actual" },
  "people.seen": figure("people counted who were there", "1", 0),
  "people.rightWay": figure("people counted the way they went", "1", 0),
  "people.flow": share("people counted of those who passed", "people.actual", "people.counted"),
  "people.direction": share("people counted the way they went", "people.seen", "people.rightWay"),
  "harvest.trueWh": figure("harvested", "Wh", 4),
  "harvest.meteredWh": { ...figure("harvest as metered", "Wh", 4), truth: "harvest.trueWh" },
  overVoltageSeconds: figure("capacitor above its rating", "s", 1),
  flashesMost: figure("flashes of the edge in any second", "1", 0, "max"),
  "hazards.actual": figure("tiles jammed or settled", "1", 0),
  "hazards.alarmed": { ...figure("of these alarmed", "1", 0), truth: "hazards.actual" },
  "hazards.false": figure("hazards alarmed that were none", "1", 0),
  "hazards.slowestSeconds": figure("slowest of these alarms", "s", 0, "max"),
  "ice.actualSeconds": figure("tiles icy", "s", 0),
  "ice.untoldSeconds": figure("of that not alarmed", "s", 0),
};

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function report(told: Told): Passage[] {
  return [
    [
      "steps",
      `${told("steps.counted")} counted of ${told("steps.actual")}: recall ${percent(told("steps.recall"))}, precision ${percent(told("steps.precision"))}`,
    ],
    [
      "people",
      `${told("people.counted")} counted of ${told("people.actual")}; ${percent(told("people.direction"))} of them the way they went`,
    ],
    [
      "harvest",
      `${told("harvest.meteredWh").toFixed(3)} Wh metered of ${told("harvest.trueWh").toFixed(3)} Wh; above the rating for ${told("overVoltageSeconds")} s`,
    ],
    [
      "hazards",
      `${told("hazards.alarmed")} of ${told("hazards.actual")} alarmed, ${told("hazards.false")} false; icy for ${told("ice.actualSeconds")} s, ${told("ice.untoldSeconds")} s of it untold`,
      `at most ${told("flashesMost")} flashes in any second`,
    ],
  ];
}

const verbs: Readonly<Record<string, SiteVerb>> = {
  jam: {
    title: "Grit jams a tile: it does not give way",
    lasts: true,
    by: { title: "which tile, from the strip's begin on", unit: "1", min: 1, max: 16, preset: 3 },
  },
  settle: {
    title: "A corner of the middle tile settles",
    lasts: true,
    by: { title: "how far", unit: "mm", min: 0, max: 12, preset: 8 },
  },
  flood: { title: "Water stands under the tiles", lasts: true },
  charge: {
    title: "A service supply charges the capacitor",
    lasts: true,
    by: { title: "with how much", unit: "W", min: 0, max: 60, preset: 20 },
  },
};

export const model: KindModel = {
  kind: floor.kind,
  prefix: "floor",
  noun: { one: "strip of tiles", many: "strips of tiles" },
  lengthM: (tiles) => tiles * tile.lengthM,
  figures,
  report,
  verbs,
  on: (street) => (spot) => new FloorSite(street, spot),
};
