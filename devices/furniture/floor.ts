import { milliseconds, minutes, seconds } from "../duration.ts";
import { capacitor } from "../estimators/capacitor.ts";
import { dumpLoad, dumpPermit } from "../estimators/dump-load.ts";
import { edgeLight, edgeLightPermit } from "../estimators/edge-light.ts";
import type { Estimator } from "../estimators/estimator.ts";
import { footfall } from "../estimators/footfall/footfall.ts";
import { surface } from "../estimators/footfall/surface.ts";
import { ice } from "../estimators/ice.ts";
import { microclimate } from "../estimators/microclimate.ts";
import { daylight } from "../estimators/sun.ts";
import { level, truth } from "../quantities.ts";
import { floorAlarms } from "./floor/alarms.ts";
import { busesOf, floorRoles, tileNumbers, tileRole } from "./floor/roles.ts";
import { floorSettings } from "./floor/settings.ts";
import { floorTelemetry } from "./floor/telemetry.ts";
import { type Actuator, type Furniture, furniture } from "./vocabulary.ts";

/** Three miss one passage in thirty: whoever walks takes too few steps on them to tell the middle. */
const tilesMin = 4;
const tilesMax = 16;
const tilesPreset = 8;

/** Modules of the edge light: however many tiles there are, they lie along the whole strip. */
const modules = 8;

const capacitorVolts = "harvest.busVoltage";

function estimators(tiles: number): readonly Estimator<unknown>[] {
  const roles = tileNumbers(tiles).map(tileRole);
  return [
    daylight({ illuminance: "light.illuminance" }),
    footfall({ tiles: roles, stuck: "surface.stuck" }),
    surface({
      tiles: roles,
      steps: tileNumbers(tiles).map((tile) => `footfall.steps${tile}`),
      levelled: "command.levelled",
    }),
    capacitor(
      { voltage: capacitorVolts, energy: "harvest.energy" },
      { fullVolts: 16, emptyVolts: 6, maxPowerW: 200 },
    ),
    microclimate({ temperature: "climate.temperature", humidity: "climate.humidity" }),
    ice({
      surface: "harvest.dieTemperature",
      water: "water.wet",
      air: "climate.temperature",
      humidity: "climate.humidity",
    }),
  ];
}

const actuators = (tiles: number): Readonly<Record<string, Actuator>> => ({
  dump: {
    title: "Dump load",
    quantity: truth,
    role: "dump",
    outputs: (isOn) => ({ dumpOff: isOn > 0 ? 0 : 1 }),
    controller: dumpLoad({ voltage: capacitorVolts }),
    permit: dumpPermit({ voltage: capacitorVolts }),
    failSafe: { value: 1, because: "a capacitor that nobody watches is better empty than overcharged" },
    timeToLive: seconds(6),
  },
  edge: {
    title: "Edge light",
    quantity: level,
    role: "edge",
    // Warm white.
    outputs: (percent) =>
      Object.fromEntries(
        Array.from({ length: modules }, (_, index) => index + 1).flatMap((module) => [
          [`red${module}`, percent],
          [`green${module}`, 0.7 * percent],
          [`blue${module}`, 0.3 * percent],
        ]),
      ),
    controller: edgeLight({
      presses: tileNumbers(tiles).map((tile) => `${tileRole(tile)}.press`),
      dark: "daylight.dark",
      ice: "ice.risk",
      charge: "capacitor.charge",
      self: "edge.target",
    }),
    permit: edgeLightPermit({ self: "edge.target" }),
    failSafe: { value: 0, because: "a strip that is dark is a pavement like any other" },
    timeToLive: minutes(1),
    untold: { because: "it brightens when somebody steps onto the strip: its times would be theirs" },
  },
});

const told = new Map<number, Furniture>();

/** The declaration of a strip of so many tiles. */
function floorOf(tiles: number): Furniture {
  const known = told.get(tiles);
  if (known) return known;
  const declaration = furniture({
    kind: "floor",
    title: "Kinetic floor",
    summary: "A strip of tiles that turns steps into energy and counts.",
    fastBuses: busesOf(tiles),
    roles: floorRoles(tiles),
    estimators: estimators(tiles),
    actuators: actuators(tiles),
    // Whatever holds the load off the capacitor must be alive: a bus that is held low cannot tell the relay to close.
    deadMan: { role: "watchdog", output: "heartbeat", every: milliseconds(400), guards: ["dump"] },
    telemetry: floorTelemetry(tiles),
    glance: ["charge", "stored", "steps", "forward", "backward"],
    events: {},
    settings: floorSettings,
    commands: {
      levelled: {
        title: "Levelled",
        help: "Vouches that all tiles are even now: from here on they are measured against this.",
        args: {},
        effect: { kind: "signal" },
      },
    },
    alarms: floorAlarms,
    shared: {},
    privacy: {
      senses: [
        {
          says: "How many steps and people pass, which way, and what energy they give, as sums over a quarter of an hour or longer: in a quiet one that may be a single passage, without its time.",
          fields: ["steps", "forward", "backward", "flowForward", "flowBackward", "harvested"],
        },
        {
          says: "How fast people walk and how hard they step, as the mean over a quarter of an hour, and only when at least five passed in it: never one gait or one weight.",
          fields: ["cadence", "peakVoltage", "energyPerStep"],
        },
        {
          says: "How often each tile is stepped on, as a sum over a day.",
          fields: ["stepsOnTile"],
        },
      ],
      ofFurniture: [
        "stored",
        "charge",
        "capacitorVoltage",
        "tileTemperature",
        "temperature",
        "humidity",
        "dewPoint",
        "ice",
        "wet",
        "uneven",
        "unevenTile",
        "stuckTile",
        "dump",
      ],
      personalData: "none",
      retention: "Counts stay on the unit until the city's store has them, at most 30 days.",
    },
    size: {
      name: "tiles",
      title: "Tiles of the strip",
      min: tilesMin,
      max: tilesMax,
      preset: tilesPreset,
      of: floorOf,
    },
  });
  told.set(tiles, declaration);
  return declaration;
}

export const floor = floorOf(tilesPreset);
