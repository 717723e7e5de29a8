import { hours, minutes } from "../../duration.ts";
import { activities } from "../../estimators/curb/activity.ts";
import type { TelemetryPoint } from "../vocabulary.ts";
import { spaceNumbers } from "./roles.ts";

const ofSpace = (space: number): Readonly<Record<string, TelemetryPoint>> => ({
  [`occupied${space}`]: {
    title: `Space ${space} is occupied`,
    source: `space${space}.occupied`,
    recordClass: "event",
    deadband: 1,
    words: ["free", "occupied"],
  },
  [`activity${space}`]: {
    title: `What the policy of the hour gives space ${space} to`,
    source: `policy.activity${space}`,
    recordClass: "state",
    deadband: 1,
    words: activities,
  },
  [`overstay${space}`]: {
    title: `Overstay in space ${space}`,
    source: `kerb.overstay${space}`,
    recordClass: "event",
    deadband: 1,
    words: ["in time", "too long"],
  },
});

export const curbTelemetry = (spaces: number): Readonly<Record<string, TelemetryPoint>> => ({
  ...Object.assign({}, ...spaceNumbers(spaces).map(ofSpace)),
  freeSpaces: {
    title: "Free spaces",
    source: "kerb.free",
    recordClass: "state",
    deadband: 1,
    every: minutes(15),
  },
  turnover: { title: "Turnover", source: "kerb.turnover", recordClass: "series", every: hours(1) },
  sessions: { title: "Parking sessions", source: "kerb.sessions", recordClass: "meter", every: hours(1) },
  reserved: {
    title: "The served space is reserved",
    source: "access.reserved",
    recordClass: "event",
    deadband: 1,
    words: ["for all", "reserved"],
  },
  lockRaised: {
    title: "Lock is up",
    source: "lockMonitor.raised",
    recordClass: "event",
    deadband: 1,
    words: ["down", "up"],
  },
  charging: {
    title: "A vehicle is charged",
    source: "charging.charging",
    recordClass: "event",
    deadband: 1,
    words: ["idle", "charging"],
  },
  chargingPower: {
    title: "Charging power",
    source: "meter.activePower",
    recordClass: "series",
    every: minutes(15),
  },
  chargingEnergy: {
    title: "Register of the charging point",
    source: "meter.activeEnergy",
    recordClass: "meter",
    every: hours(1),
  },
  mainsVoltage: {
    title: "Mains voltage",
    source: "meter.voltage",
    recordClass: "series",
    every: minutes(15),
  },
});
