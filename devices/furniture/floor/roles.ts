import { ads1115, conversionTraffic } from "../../chips/ads1115.ts";
import { bme280 } from "../../chips/bme280.ts";
import { ds3231 } from "../../chips/ds3231.ts";
import { dumpSwitch } from "../../chips/dump-switch.ts";
import { ina228 } from "../../chips/ina228.ts";
import { lp5024 } from "../../chips/lp5024.ts";
import { max6369 } from "../../chips/max6369.ts";
import { veml7700 } from "../../chips/veml7700.ts";
import { waterProbe } from "../../chips/water-probe.ts";
import { hours, milliseconds, minutes, seconds } from "../../duration.ts";
import { presses } from "../../estimators/footfall/presses.ts";
import { cornerChannels, tapChannel } from "../../estimators/footfall/tile.ts";
import type { Stream } from "../../stream.ts";
import type { Role } from "../vocabulary.ts";

export const tileNumbers = (tiles: number) => Array.from({ length: tiles }, (_, index) => index + 1);
export const tileRole = (tile: number) => `tile${tile}`;

/** Addresses of an ADS1115: four tiles on each bus that streams. */
const converterAddresses = [0x48, 0x49, 0x4a, 0x4b] as const;
/** Buses of a Raspberry Pi 4 that stream, in fast mode; the first one is left to all other parts. */
const streamBuses = [3, 4, 5, 6] as const;

export const busesOf = (tiles: number) => streamBuses.slice(0, Math.ceil(tiles / converterAddresses.length));

/** The generator 250 times a second, and the corners in turn; 83 times while nothing moves. */
const tileStream: Stream = {
  every: milliseconds(4),
  idle: milliseconds(12),
  each: [tapChannel],
  inTurn: cornerChannels,
  conversion: conversionTraffic,
  detector: presses(),
};

function tileAt(tile: number): Role {
  const index = tile - 1;
  return {
    title: `Generator and corners of tile ${tile}`,
    accepts: [ads1115],
    place: {
      kind: "i2c",
      bus: streamBuses[Math.floor(index / converterAddresses.length)]!,
      address: converterAddresses[index % converterAddresses.length]!,
    },
    stream: tileStream,
  };
}

const i2c = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;

export const floorRoles = (tiles: number): Readonly<Record<string, Role>> => ({
  clock: {
    title: "Battery-backed clock",
    accepts: [ds3231],
    place: i2c(0x68),
    sampling: { every: hours(6) },
  },
  dump: {
    title: "Dump load across the capacitor",
    accepts: [dumpSwitch],
    place: i2c(0x20),
    sampling: { every: seconds(10) },
  },
  watchdog: {
    title: "Dead man's switch in the supply of the dump load's relay",
    accepts: [max6369],
    place: { kind: "gpio", chip: "pinctrl-bcm2711", offset: 24 },
  },
  edge: {
    title: "Edge light, eight modules along the strip",
    accepts: [lp5024],
    place: i2c(0x28),
    sampling: { every: minutes(1) },
  },
  harvest: {
    title: "Capacitor: voltage, harvested current and energy; its die has the tiles' temperature",
    accepts: [ina228],
    place: i2c(0x40),
    sampling: { every: seconds(1) },
  },
  ...Object.fromEntries(tileNumbers(tiles).map((tile) => [tileRole(tile), tileAt(tile)])),
  climate: {
    title: "Air temperature, humidity, pressure",
    accepts: [bme280],
    place: i2c(0x76),
    sampling: { every: minutes(5) },
  },
  light: {
    title: "Ambient light, facing up",
    accepts: [veml7700],
    place: i2c(0x10),
    sampling: { every: seconds(30) },
  },
  water: {
    title: "Water under the tiles",
    accepts: [waterProbe],
    place: { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 },
  },
});
