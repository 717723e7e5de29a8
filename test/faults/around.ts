import { seconds } from "#devices/duration.ts";
import { cornerChannels, tapChannel, tile } from "#devices/estimators/footfall/tile.ts";
import { portNames } from "#devices/furniture/bench/ports.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Channel } from "#devices/part.ts";

/** Something that the city asks of a unit: a command and its arguments. */
export type Asked = readonly [command: string, args: Readonly<Record<string, unknown>>];

/** What stands around the unit of a kind while it works, and what it is told: beside what is usual everywhere. */
export interface Around {
  readonly startMs: number;
  readonly size?: number;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By `role.channel`, in the channel's unit. */
  readonly values?: Readonly<Record<string, number>>;
  /** Told one a second whenever it is set to work anew. */
  readonly asked?: readonly Asked[];
  /** Actuators that stand off their safe side at work, with the roles that they may not be there without. */
  readonly needs?: Readonly<Record<string, readonly string[]>>;
  /** Changes of `values` that come after it has started and been told: a vehicle that arrives. */
  readonly later?: Readonly<Record<string, number>>;
}

const noonMs = Date.UTC(2026, 5, 10, 10);
const nightMs = Date.UTC(2026, 0, 10, 21);

const freely = [
  {
    days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    from: "00:00",
    to: "24:00",
    spaces: "all",
    activity: "parking",
    userClasses: "",
    maxStay: 0,
    rate: 0,
  },
];

const perKind: Readonly<Record<string, Around>> = {
  /** At night, nobody near. */
  streetlight: { startMs: nightMs, values: { "light.illuminance": 2, "supply.busVoltage": 5.1 } },
  /** By day, battery full, ports that hardly any current leaves: what flows though a port is off is a fault of its own. */
  bench: {
    startMs: noonMs,
    values: {
      "gauge.stateOfCharge": 90,
      ...Object.fromEntries([0, 1, 2, 3].map((input) => [`contactVoltage.voltage${input}`, 1.65])),
      "light.illuminance": 20_000,
      "outletMeter.current": 0.02,
      "outletMeter.activePower": 4,
    },
    needs: {
      ...Object.fromEntries(
        portNames.map((port) => [
          port,
          [port === "outlet" ? "outletMeter" : "portMeter", "contactVoltage", "switches"],
        ]),
      ),
      chargePath: ["cabinet"],
    },
    asked: portNames.flatMap((port): Asked[] => [
      ["resetPort", { port }],
      ["setPort", { port, on: true, duration: seconds(3_600) / 1_000 }],
    ]),
  },
  /** Parking all day; a car charges in the first space. */
  curb: {
    startMs: noonMs,
    size: 2,
    settings: { policy: freely },
    needs: { contactor: ["meter", "evse"], chargingCurrent: ["meter", "evse"] },
    values: {
      "magnetometer1.magneticFluxDensityZ": 40,
      "magnetometer2.magneticFluxDensityZ": 40,
      "lidar1.distance": 2.3,
      "lidar2.distance": 2.3,
      "lowerLimit.closed": 1,
      "evse.vehicleState": 3,
      "meter.activePower": 3_000,
    },
    later: { "magnetometer1.magneticFluxDensityX": 30, "lidar1.distance": 1 },
  },
  /** By day, nobody on the tiles, which are level; the capacitor is half full. */
  floor: {
    startMs: noonMs,
    size: 4,
    values: {
      ...Object.fromEntries(
        [1, 2, 3, 4].flatMap((number) => [
          [`tile${number}.${tapChannel}`, tile.tapZeroVolts],
          ...cornerChannels.map((corner) => [`tile${number}.${corner}`, tile.deflectionZeroVolts]),
        ]),
      ),
      "harvest.busVoltage": 11,
    },
    needs: { dump: ["harvest"] },
  },
};

export const around = ({ kind }: Furniture): Around => perKind[kind] ?? { startMs: noonMs };

/** What is usual, by the name of the quantity: the first that lies well within what a part can report. */
const usual: Readonly<Record<string, readonly number[]>> = {
  temperature: [20],
  "relative humidity": [50],
  "atmospheric pressure": [101_300],
  illuminance: [200],
  voltage: [230, 12, 3.8, 1.6, 0.02],
  current: [0.5],
  "active power": [6, 90],
  "active energy": [1_000],
  frequency: [50],
  "power factor": [0.9],
  distance: [2],
  acceleration: [0],
  mass: [0],
  "UV index": [3],
  "magnetic flux density": [20],
  "state of charge": [80],
  "signal strength": [5_000],
};

export function usualValue({ quantity, range }: Channel): number {
  const [min, max] = range;
  const margin = (max - min) / 20;
  const values = usual[quantity.name] ?? [0];
  return values.find((value) => value >= min + margin && value <= max - margin) ?? Math.max(min, 0);
}
