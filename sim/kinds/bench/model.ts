import { portMakes, portNames } from "#devices/furniture/bench/ports.ts";
import { bench } from "#devices/furniture/bench.ts";
import type { Across, Figure, KindModel, Passage, SiteVerb, Told } from "../model.ts";
import { BenchSite } from "./site.ts";

const figure = (title: string, unit: string, decimals: number, across: Across = "sum"): Figure => ({
  title,
  unit,
  decimals,
  across,
});

/** What was said, beside what was true. */
const beside = (
  path: string,
  [truth, said]: readonly [string, string],
  titles: readonly [string, string],
  unit: string,
  decimals: number,
) => ({
  [`${path}.${truth}`]: figure(titles[0], unit, decimals),
  [`${path}.${said}`]: { ...figure(titles[1], unit, decimals), truth: `${path}.${truth}` },
});

const figures: Readonly<Record<string, Figure>> = {
  ...Object.assign(
    {},
    ...portNames.map((name) =>
      beside(
        `energy.${name}`,
        ["trueWh", "meteredWh"],
        [`${portMakes[name].title}: energy`, `${portMakes[name].title}: energy as metered`],
        "Wh",
        2,
      ),
    ),
  ),
  ...beside("sessions", ["actual", "recorded"], ["sessions", "sessions recorded"], "1", 0),
  ...beside(
    "sessions",
    ["trueWh", "recordedWh"],
    ["energy in sessions", "energy in session records"],
    "Wh",
    2,
  ),
  ...beside("trips", ["actual", "seen"], ["ports tripped in truth", "trips told"], "1", 0),
  "trips.slowestSeconds": figure("slowest of them to go off", "s", 2, "max"),
  wrongOnSeconds: figure("a port was on when it must be off", "s", 3),
  countersBack: figure("counters that went back", "1", 0),
  chainFlaws: figure("flaws in chains of records", "1", 0),
  ...beside("visits", ["actual", "counted"], ["people who sat down", "visits counted"], "1", 0),
  ...beside("harvest", ["trueWh", "meteredWh"], ["harvested", "harvest as metered"], "Wh", 0),
  "battery.lowestPercent": figure("battery at its lowest", "%", 1, "min"),
  "battery.endPercent": figure("battery at the end, the lowest", "%", 1, "min"),
  "battery.deadSeconds": figure("battery empty", "s", 0),
  "battery.frozenChargeSeconds": figure("battery charged in frost", "s", 0),
  darkSeconds: figure("safety light off when it must burn", "s", 0),
  modemOffSeconds: figure("modem off above the reserve", "s", 0),
  ...beside("embers", ["actual", "alarmed"], ["embers in the ashtray", "embers alarmed"], "1", 0),
  "embers.false": figure("alarms without an ember", "1", 0),
  "embers.slowestSeconds": figure("slowest alarm of something that glows", "s", 1, "max"),
  "embers.smoulderSeconds": figure("slowest alarm of something that smoulders", "s", 1, "max"),
};

function report(told: Told): Passage[] {
  const [wrong, slowest] = [told("wrongOnSeconds"), told("trips.slowestSeconds")];
  return [
    [
      "sessions",
      `${told("sessions.recorded")} recorded of ${told("sessions.actual")}: ${told("sessions.recordedWh").toFixed(1)} Wh of ${told("sessions.trueWh").toFixed(1)} Wh`,
    ],
    [
      "safety",
      `${told("trips.actual")} ports tripped, ${slowest.toFixed(2)} s at the slowest; ${wrong.toFixed(2)} s on when they must be off`,
    ],
    [
      "battery",
      `${told("battery.lowestPercent").toFixed(0)} % at the lowest; light missing for ${told("darkSeconds")} s`,
    ],
    ["seat", `${told("visits.counted")} visits counted of ${told("visits.actual")}`],
  ];
}

const percent = (title: string, preset: number, max: number) => ({ title, unit: "%", min: 0, max, preset });

const verbs: Readonly<Record<string, SiteVerb>> = {
  overload: {
    title: "A heater hangs on the AC outlet",
    lasts: true,
    by: percent("its current, of the rated", 300, 1_000),
  },
  "overload-usb": {
    title: "A hub hangs on USB-C port 1",
    lasts: true,
    by: percent("its current, of the rated", 130, 1_000),
  },
  "heat-port": {
    title: "The contacts of USB-C port 2 grow hot",
    lasts: true,
    by: { title: "above what they would be", unit: "K", min: 0, max: 90, preset: 60 },
  },
  "switch-fault": { title: "The load switch of the wireless pad gives up", lasts: true },
  "silent-meter": { title: "The meter of the USB-C ports and the pad is unplugged", lasts: true },
  "silent-outlet-meter": { title: "The meter of the AC outlet is unplugged", lasts: true },
  ember: {
    title: "A cigarette end is left glowing in the ashtray",
    lasts: true,
    by: { title: "what it adds to what the thermometer sees", unit: "K", min: 10, max: 300, preset: 90 },
  },
  smoulder: {
    title: "Ash and paper smoulder in the ashtray, by 4 K a minute",
    lasts: true,
    by: {
      title: "what it adds to what the thermometer sees in the end",
      unit: "K",
      min: 10,
      max: 200,
      preset: 50,
    },
  },
  "flat-battery": {
    title: "The battery is changed for one that is nearly empty",
    lasts: false,
    by: percent("its charge", 20, 100),
  },
  "cover-panel": { title: "Snow or leaves cover the panel", lasts: true, by: percent("of it", 100, 100) },
  bag: {
    title: "Something is left on the seat",
    lasts: true,
    by: { title: "what it weighs", unit: "kg", min: 0, max: 14, preset: 8 },
  },
};

export const model: KindModel = {
  kind: bench.kind,
  prefix: "bench",
  noun: { one: "bench", many: "benches" },
  lengthM: () => 2,
  stopPlacesM: (xM) => [xM],
  figures,
  report,
  verbs,
  on: (street) => (spot) => new BenchSite(street, spot),
};
