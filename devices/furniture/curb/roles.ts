import { ds3231 } from "../../chips/ds3231.ts";
import { evseDin } from "../../chips/evse-din.ts";
import { ina226 } from "../../chips/ina226.ts";
import { limitSwitch } from "../../chips/limit-switch.ts";
import { lp5024 } from "../../chips/lp5024.ts";
import { max6369 } from "../../chips/max6369.ts";
import { mmc5603 } from "../../chips/mmc5603.ts";
import { modbusSign } from "../../chips/modbus-sign.ts";
import { pn532 } from "../../chips/pn532.ts";
import { relayBoard } from "../../chips/relay-board.ts";
import { sdm230 } from "../../chips/sdm230.ts";
import { sdm630 } from "../../chips/sdm630.ts";
import { tca9548a } from "../../chips/tca9548a.ts";
import { tfminiS } from "../../chips/tfmini-s.ts";
import { hours, milliseconds, minutes, seconds } from "../../duration.ts";
import type { Role } from "../vocabulary.ts";

/** The space that has the ground lock and the charging point. */
export const servedSpace = 1;

export const spaceNumbers = (spaces: number) => Array.from({ length: spaces }, (_, index) => index + 1);

const i2c = (address: number) => ({ kind: "i2c", bus: 1, address }) as const;
const gpio = (offset: number) => ({ kind: "gpio", chip: "pinctrl-bcm2711", offset }) as const;
/** Meter, charging controller and sign share one RS-485 line: all of them are set to its speed. */
const rs485 = (unit: number) => ({ kind: "serial", path: "/dev/ttyAMA3", unit, baudRate: 9_600 }) as const;

/** LED modules of one LP5024. */
export const modulesPerLight = 8;
export const lightRole = (space: number) => (space <= modulesPerLight ? "light" : "light2");

/** All magnetometers have the same address: eight behind one multiplexer, the others behind a second one. */
const behind = (space: number) => ({
  address: space <= 8 ? 0x70 : 0x71,
  channel: (space - 1) % 8,
});

function magnetometer(space: number): Role {
  return {
    title: `Magnetometer in the ground of space ${space}`,
    accepts: [mmc5603],
    place: { ...i2c(0x30), behind: behind(space) },
    sampling: {
      every: seconds(2),
      faster: {
        every: milliseconds(space === servedSpace ? 200 : 500),
        while: `space${space}.attention`,
      },
    },
  };
}

/** The served space needs one for its lock; for others it costs a UART each (`/dev/ttySC0` on: SC16IS752). */
function lidar(space: number): Role {
  const isServed = space === servedSpace;
  return {
    title: `Lidar across space ${space}, down to the ground`,
    accepts: [tfminiS],
    place: { kind: "serial", path: isServed ? "/dev/ttyAMA0" : `/dev/ttySC${space - 2}` },
    ...(isServed ? {} : { optional: true }),
    sampling: {
      every: seconds(2),
      faster: { every: milliseconds(isServed ? 200 : 500), while: `space${space}.attention` },
    },
  };
}

/** Everything that a kerb of so many spaces is made of. */
export function curbRoles(spaces: number): Readonly<Record<string, Role>> {
  const numbers = spaceNumbers(spaces);
  return {
    clock: {
      title: "Battery-backed clock",
      accepts: [ds3231],
      place: i2c(0x68),
      sampling: { every: hours(6) },
    },
    watchdog: {
      title: "Dead man's switch in the supply of lock, contactor, lights and sign",
      accepts: [max6369],
      place: gpio(24),
    },
    relays: {
      title: "Relays of lock and contactor",
      accepts: [relayBoard],
      place: i2c(0x20),
      sampling: { every: seconds(10) },
    },
    multiplexer: {
      title: "I2C multiplexer of the magnetometers of spaces 1 to 8",
      accepts: [tca9548a],
      place: i2c(0x70),
      sampling: { every: minutes(1) },
    },
    ...(spaces > 8 && {
      multiplexer2: {
        title: "I2C multiplexer of the magnetometers of spaces 9 to 12",
        accepts: [tca9548a],
        place: i2c(0x71),
        sampling: { every: minutes(1) },
      } satisfies Role,
    }),
    ...Object.fromEntries(numbers.map((space) => [`magnetometer${space}`, magnetometer(space)])),
    ...Object.fromEntries(numbers.map((space) => [`lidar${space}`, lidar(space)])),
    light: {
      title: "Kerb line light, spaces 1 to 8",
      accepts: [lp5024],
      place: i2c(0x28),
      sampling: { every: minutes(1) },
    },
    ...(spaces > modulesPerLight && {
      light2: {
        title: "Kerb line light, spaces 9 to 12",
        accepts: [lp5024],
        place: i2c(0x29),
        sampling: { every: minutes(1) },
      } satisfies Role,
    }),
    upperLimit: { title: "Limit switch: lock is up", accepts: [limitSwitch], place: gpio(22) },
    lowerLimit: { title: "Limit switch: lock is down", accepts: [limitSwitch], place: gpio(23) },
    motor: {
      title: "Current of the lock's motor",
      accepts: [ina226],
      place: i2c(0x40),
      sampling: {
        every: minutes(1),
        faster: { every: milliseconds(200), while: "lockMonitor.attention" },
      },
    },
    meter: {
      title: "Meter of the charging point",
      accepts: [sdm230, sdm630],
      place: rs485(1),
      sampling: { every: seconds(30), faster: { every: seconds(1), while: "space1.occupied" } },
    },
    evse: {
      title: "Charging controller",
      accepts: [evseDin],
      place: rs485(2),
      sampling: { every: seconds(30), faster: { every: seconds(2), while: "space1.occupied" } },
    },
    sign: {
      title: "Sign at the head of the kerb",
      accepts: [modbusSign],
      place: rs485(3),
      sampling: { every: seconds(30) },
    },
    card: {
      title: "Reader of permit cards",
      accepts: [pn532],
      place: { kind: "serial", path: "/dev/ttyAMA5" },
      optional: true,
      sampling: { every: seconds(1) },
    },
  };
}
