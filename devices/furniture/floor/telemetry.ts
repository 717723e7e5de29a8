import { type Duration, hours, minutes } from "../../duration.ts";
import type { TelemetryPoint } from "../vocabulary.ts";
import { tileNumbers } from "./roles.ts";

/** What people did leaves the unit as sums and means over this time, never as it happens. */
export const aggregatePeriod = minutes(15);
/** Which tiles were stepped on shows how far apart the steps are of somebody who comes alone: a day hides that. */
export const tilePeriod = hours(24);

const series = (title: string, source: string): TelemetryPoint => ({
  title,
  source,
  recordClass: "series",
  every: aggregatePeriod,
});

const meter = (title: string, source: string, every: Duration = aggregatePeriod): TelemetryPoint => ({
  title,
  source,
  recordClass: "meter",
  every,
});

export const floorTelemetry = (tiles: number): Readonly<Record<string, TelemetryPoint>> => ({
  steps: meter("Steps", "footfall.steps"),
  ...Object.fromEntries(
    tileNumbers(tiles).map((tile) => [
      `steps${tile}OnTile`,
      meter(`Steps on tile ${tile}`, `footfall.steps${tile}`, tilePeriod),
    ]),
  ),
  forward: meter("People along the strip", "footfall.forward"),
  backward: meter("People against it", "footfall.backward"),
  flowForward: series("Flow along the strip", "footfall.flowForward"),
  flowBackward: series("Flow against it", "footfall.flowBackward"),
  cadence: series("Cadence, mean", "footfall.cadence"),
  peakVoltage: series("Generator's peak in a step, mean", "footfall.peak"),
  energyPerStep: series("Energy of a step, mean", "footfall.energyPerStep"),
  harvested: {
    title: "Harvested energy",
    source: "capacitor.harvested",
    recordClass: "meter",
    every: hours(1),
  },
  stored: series("Stored energy", "capacitor.stored"),
  charge: series("Charge of the capacitor", "capacitor.charge"),
  capacitorVoltage: series("Voltage of the capacitor", "harvest.busVoltage"),
  tileTemperature: series("Temperature of the tiles", "harvest.dieTemperature"),
  temperature: series("Air temperature", "climate.temperature"),
  humidity: series("Relative humidity", "climate.humidity"),
  dewPoint: series("Dew point", "microclimate.dewPoint"),
  ice: {
    title: "The tiles may be icy",
    source: "ice.risk",
    recordClass: "event",
    deadband: 1,
    words: ["no ice", "icy"],
  },
  wet: {
    title: "Water under the tiles",
    source: "water.wet",
    recordClass: "event",
    deadband: 1,
    words: ["dry", "wet"],
  },
  uneven: series("Furthest that a corner stands off", "surface.uneven"),
  unevenTile: {
    title: "Tile whose corner stands off furthest",
    source: "surface.unevenTile",
    recordClass: "state",
    every: hours(1),
  },
  stuckTile: {
    title: "First tile that does not move, 0 for none",
    source: "surface.stuckTile",
    recordClass: "event",
    deadband: 1,
  },
});
