import { minutes, seconds } from "../../duration.ts";
import type { Alarm } from "../vocabulary.ts";

export const floorAlarms: Readonly<Record<string, Alarm>> = {
  tripHazard: {
    title: "Tile stands off",
    severity: "critical",
    advice:
      "Close the strip: a corner of the tile that is told as unevenTile stands off. Lift it, clear the gap, check the spring; then send the command levelled.",
    source: "surface.trip",
    when: "is",
    limit: 1,
    for: seconds(30),
  },
  stuckTile: {
    title: "Tile does not move",
    severity: "warning",
    advice:
      "The tile that is told as stuckTile is jammed by grit or ice, or its converter is blind: clear the gap around it and check its cable.",
    source: "surface.stuck",
    when: "above",
    limit: 0.5,
    for: seconds(0),
  },
  iceRisk: {
    title: "Tiles may be icy",
    severity: "warning",
    advice: "Grit or close the strip; do not use salt, which eats contacts and springs.",
    source: "ice.risk",
    when: "is",
    limit: 1,
    for: minutes(2),
  },
  overVoltage: {
    title: "Capacitor above its rated voltage",
    severity: "critical",
    advice:
      "The dump load does not work: pull the harvest fuse, then check the resistor, its relay and the contact.",
    source: "harvest.busVoltage",
    when: "above",
    limit: 16.2,
    for: seconds(5),
    hysteresis: 0.4,
  },
  flooded: {
    title: "Water under the tiles",
    severity: "notice",
    advice: "Clear the drain of the pit at the next round; a cut probe cable looks the same.",
    source: "water.wet",
    when: "is",
    limit: 1,
    for: minutes(30),
  },
};
