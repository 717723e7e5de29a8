import { patience } from "#devices/estimators/curb/evidence.ts";
import { curb } from "#devices/furniture/curb.ts";
import { localClock } from "../../world/local-time.ts";
import { createTraffic } from "../../world/vehicles.ts";
import type { Across, Figure, KindModel, Passage, SiteVerb, Told } from "../model.ts";
import { spaceLengthM } from "./scene.ts";
import { CurbSite, installed } from "./site.ts";

/** Vehicles in the busiest hour of a weekday, both directions. */
const peakPerHour = 400;

const figure = (title: string, unit: string, decimals: number, across: Across = "sum"): Figure => ({
  title,
  unit,
  decimals,
  across,
});

const figures: Readonly<Record<string, Figure>> = {
  "spaces.seconds": figure("space-seconds", "s", 0),
  "spaces.rightSeconds": figure("of which the state was told right", "s", 0),
  "spaces.rightShare": figure("state of a space told right", "1", 4, {
    share: "spaces.rightSeconds",
    of: "spaces.seconds",
  }),
  "stays.actual": figure("vehicles that parked", "1", 0),
  "stays.told": { ...figure("sessions told", "1", 0), truth: "stays.actual" },
  "stays.missed": figure("of them not told", "1", 0),
  "stays.phantom": figure("told of nobody", "1", 0),
  "stays.turnedAway": figure("turned away by a lock that was up", "1", 0),
  "delay.maxSeconds": figure("slowest arrival or departure told", "s", 1, "max"),
  "delay.p95Seconds": figure("95 % of them within, the slowest kerb", "s", 1, "max"),
  "overstays.actual": figure("stays that grew too long", "1", 0),
  "overstays.told": { ...figure("overstays told", "1", 0), truth: "overstays.actual" },
  "charging.trueWh": figure("energy into cars", "Wh", 1),
  "charging.trueAtRecordWh": figure("of that until the last session record", "Wh", 1),
  "charging.recordedWh": {
    ...figure("energy in session records", "Wh", 1),
    truth: "charging.trueAtRecordWh",
  },
  "charging.recordedShare": figure("energy in session records, of what flowed until then", "1", 4, {
    ...{ share: "charging.recordedWh", of: "charging.trueAtRecordWh", ofNothing: 1 },
  }),
  "charging.sessions": figure("times that energy began to flow", "1", 0),
  "charging.wrongSeconds": figure("the inlet was live with nobody connected", "s", 1),
  "lock.rises": figure("times that the lock was driven up", "1", 0),
  "lock.reversals": figure("of these reversed at full drive", "1", 0),
  "lock.riseUnderVehicleSeconds": figure("it moved up under a vehicle", "s", 2),
  wrongLightSeconds: figure("a light said what is not the rule", "s", 0),
};

function report(told: Told): Passage[] {
  const share = (told("spaces.rightShare") * 100).toFixed(2);
  return [
    [
      "spaces",
      `state right ${share} % of the time; told within ${told("delay.maxSeconds").toFixed(1)} s, 95 % within ${told("delay.p95Seconds").toFixed(1)} s`,
    ],
    [
      "sessions",
      `${told("stays.actual")} vehicles parked: ${told("stays.missed")} missed, ${told("stays.phantom")} told of nobody`,
      `${told("overstays.actual")} stayed too long, ${told("overstays.told")} told`,
    ],
    [
      "charging",
      `${(told("charging.trueWh") / 1_000).toFixed(2)} kWh into cars, ${(told("charging.recordedWh") / 1_000).toFixed(2)} kWh in session records`,
    ],
    [
      "lock",
      `driven up ${told("lock.rises")} times; ${told("lock.riseUnderVehicleSeconds").toFixed(1)} s of that under a vehicle`,
    ],
  ];
}

const atSpace = { title: "number of the space", unit: "1", min: 1, max: 12, preset: 1 } as const;

const verbs: Readonly<Record<string, SiteVerb>> = {
  lorry: { title: "A lorry stands in the lane beside a space", lasts: true, by: atSpace },
  "obstruct-lock": { title: "Something holds the lock where it is", lasts: true },
  "dirty-lens": { title: "The lens of a lidar is covered", lasts: true, by: atSpace },
};

export const model: KindModel = {
  kind: curb.kind,
  prefix: "curb",
  noun: { one: "curb", many: "curbs" },
  lengthM: (size) => size * spaceLengthM,
  settings: () => installed,
  hesitationMs: patience.arriveMs,
  figures,
  report,
  verbs,
  on: (street) => {
    const { seed, location } = street.world;
    const traffic = createTraffic(seed, peakPerHour, localClock(location.timeZone));
    return (spot) => new CurbSite(street, spot, traffic);
  },
};
