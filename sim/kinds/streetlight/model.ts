import { streetlight } from "#devices/furniture/streetlight.ts";
import type { Figure, KindModel, Passage, Told } from "../model.ts";
import { NightWatch } from "./night-watch.ts";
import { StreetlightSite } from "./site.ts";

const figures: Readonly<Record<string, Figure>> = {
  energyWh: { title: "energy of the lamps", unit: "Wh", decimals: 3, across: "sum" },
  energyAlwaysFullWh: {
    title: "at full level from sunset to sunrise",
    unit: "Wh",
    decimals: 3,
    across: "sum",
  },
  energyShare: {
    title: "energy of that at full level",
    unit: "1",
    decimals: 4,
    across: { share: "energyWh", of: "energyAlwaysFullWh" },
  },
  "energyReport.trueWh": { title: "energy at the last report", unit: "Wh", decimals: 1, across: "sum" },
  "energyReport.reportedWh": {
    title: "energy as reported",
    unit: "Wh",
    decimals: 1,
    across: "sum",
    truth: "energyReport.trueWh",
  },
  darkSeconds: { title: "without light in hours that need it", unit: "s", decimals: 3, across: "sum" },
  longestDarkSeconds: { title: "of that on end, any one lamp", unit: "s", decimals: 3, across: "max" },
  minutesAtLevel: {
    title: "lamp-minutes at level",
    unit: "min",
    decimals: 1,
    across: "sum",
    bins: { of: Array.from({ length: 11 }, (_, tenth) => tenth * 10), unit: "%" },
  },
  "presence.actual": { title: "times somebody was there", unit: "1", decimals: 0, across: "sum" },
  "presence.seen": {
    title: "times somebody was seen",
    unit: "1",
    decimals: 0,
    across: "sum",
    truth: "presence.actual",
  },
  "presence.missed": { title: "times nobody was seen though", unit: "1", decimals: 0, across: "sum" },
  "presence.missedShare": {
    title: "missed of those who were there",
    unit: "1",
    decimals: 4,
    across: { share: "presence.missed", of: "presence.actual", ofNothing: 0 },
  },
  "presence.false": { title: "reports of nobody", unit: "1", decimals: 0, across: "sum" },
  "presence.falseSeconds": { title: "reported for nobody", unit: "s", decimals: 3, across: "sum" },
};

const kwh = (wh: number) => `${(wh / 1_000).toFixed(2)} kWh`;

function energy(told: Told): string {
  const share = told("energyShare");
  if (Number.isNaN(share)) return `${kwh(told("energyWh"))}, without a night`;
  const saved = ((1 - share) * 100).toFixed(0);
  return `${kwh(told("energyWh"))} of ${kwh(told("energyAlwaysFullWh"))} at full all night: ${saved} % saved`;
}

function report(told: Told): Passage[] {
  const [dark, longest] = [told("darkSeconds"), told("longestDarkSeconds")];
  const [actual, seen, missed] = [told("presence.actual"), told("presence.seen"), told("presence.missed")];
  return [
    ["energy", energy(told)],
    ["dark", `${dark.toFixed(1)} s in hours that need light, ${longest.toFixed(1)} s at most on end`],
    [
      "presence",
      `${actual} times somebody was there: ${seen} seen, ${missed} missed`,
      `${told("presence.false")} times nobody was; ${told("presence.falseSeconds").toFixed(0)} s reported for nobody`,
    ],
  ];
}

export const model: KindModel = {
  kind: streetlight.kind,
  prefix: "lamp",
  noun: { one: "light", many: "lights" },
  settings: (beside) => ({ neighbours: beside }),
  figures,
  report,
  on: (street) => {
    const watch = new NightWatch(street);
    return (spot) => new StreetlightSite(street, spot, watch);
  },
};
