import { hours, minutes } from "../../duration.ts";
import type { TelemetryPoint } from "../vocabulary.ts";

/** What a bench tells beside what each of its ports does. */
export const benchTelemetry: Readonly<Record<string, TelemetryPoint>> = {
  stateOfCharge: {
    title: "State of charge",
    source: "gauge.stateOfCharge",
    recordClass: "series",
    every: minutes(15),
  },
  batteryPower: {
    title: "Into the battery",
    source: "balance.netPower",
    recordClass: "series",
    every: minutes(15),
  },
  batteryTemperature: {
    title: "Temperature at the battery",
    source: "cabinet.temperature",
    recordClass: "series",
    every: minutes(15),
  },
  panelPower: {
    title: "Solar power",
    source: "solar.panelPower",
    recordClass: "series",
    every: minutes(15),
  },
  harvest: {
    title: "Solar energy",
    source: "harvestEnergy.total",
    recordClass: "meter",
    every: hours(1),
  },
  consumptionPerDay: {
    title: "Consumption of a day",
    source: "balance.consumptionPerDay",
    recordClass: "series",
    every: hours(6),
  },
  autonomy: {
    title: "Days of autonomy",
    source: "balance.autonomy",
    recordClass: "series",
    every: hours(1),
  },
  autonomyWithoutSun: {
    title: "Days of autonomy without sun",
    source: "balance.autonomyWithoutSun",
    recordClass: "series",
    every: hours(1),
  },
  loadsShed: {
    title: "Loads that are shed",
    source: "shedding.count",
    recordClass: "event",
    deadband: 1,
  },
  occupied: {
    title: "Somebody sits here",
    source: "seat.occupied",
    recordClass: "event",
    deadband: 1,
    words: ["nobody", "someone"],
  },
  seated: { title: "People seated", source: "seat.seated", recordClass: "series", every: minutes(15) },
  visits: { title: "Visits", source: "seat.visits", recordClass: "meter", every: hours(1) },
  turnover: {
    title: "Visits in the last hour",
    source: "seat.turnover",
    recordClass: "series",
    every: minutes(15),
  },
  dwell: { title: "Mean stay", source: "seat.dwell", recordClass: "series", every: minutes(15) },
  temperature: {
    title: "Air temperature",
    source: "climate.temperature",
    recordClass: "series",
    every: minutes(15),
  },
  humidity: {
    title: "Relative humidity",
    source: "climate.humidity",
    recordClass: "series",
    every: minutes(15),
  },
  feltTemperature: {
    title: "Felt temperature (UTCI)",
    source: "microclimate.utci",
    recordClass: "series",
    every: minutes(15),
  },
  uvIndex: { title: "UV index", source: "light.uvIndex", recordClass: "series", every: minutes(15) },
  illuminance: {
    title: "Illuminance",
    source: "light.illuminance",
    recordClass: "series",
    every: minutes(15),
  },
  ashtrayTemperature: {
    title: "Temperature of the ashtray",
    source: "ashtray.objectTemperature",
    recordClass: "series",
    every: minutes(15),
  },
};
