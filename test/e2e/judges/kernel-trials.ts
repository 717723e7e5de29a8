import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { benchWiring } from "#devices/chips/mcp23017.ts";
import type { Place } from "#devices/part.ts";
import { twin as ads1115 } from "#sim/chips/ads1115.ts";
import { twin as bme280 } from "#sim/chips/bme280.ts";
import { twin as ds3231 } from "#sim/chips/ds3231.ts";
import { twin as ina226 } from "#sim/chips/ina226.ts";
import { twin as ina228 } from "#sim/chips/ina228.ts";
import { twin as ina3221 } from "#sim/chips/ina3221.ts";
import { twin as lis3dh } from "#sim/chips/lis3dh.ts";
import { twin as ltr390 } from "#sim/chips/ltr390.ts";
import { twin as max17048 } from "#sim/chips/max17048.ts";
import { twin as mcp23017 } from "#sim/chips/mcp23017.ts";
import { twin as mlx90614 } from "#sim/chips/mlx90614.ts";
import { twin as nau7802 } from "#sim/chips/nau7802.ts";
import { twin as pca9685 } from "#sim/chips/pca9685.ts";
import { twin as tca9548a } from "#sim/chips/tca9548a.ts";
import type { Twin, TwinEnvironment } from "#sim/chips/twin.ts";
import { twin as veml7700 } from "#sim/chips/veml7700.ts";
import { appeared, busOf, KernelDevice, pass } from "./kernel-device.ts";

/** Keeps a value beside what it should be. */
export type Say = (what: string, found: number, expected: number, within: number) => void;

export type Solder = <T extends Twin>(
  definition: { create(environment: TwinEnvironment): T },
  place: Place,
) => T;

/** What a driver of the kernel is tried with, by the name of the part: `prepare` before time passes, then the trial. */
export type Trial = (solder: Solder) => (say: Say) => Promise<void>;

const bus = 1;
const at = (address: number, behind?: { address: number; channel: number }): Place => ({
  kind: "i2c",
  bus,
  address,
  ...(behind && { behind }),
});

/** Sets a twin, lets it be measured, and compares attributes of the driver; times scale and past offset. */
async function walk(
  part: Twin,
  say: Say,
  {
    rows,
    waitMs,
    read,
  }: {
    readonly rows: readonly Readonly<Record<string, number>>[];
    readonly waitMs: number;
    /** By channel: what the driver gives, in the channel's unit, and how near. */
    readonly read: Readonly<Record<string, readonly [() => Promise<number>, number]>>;
  },
): Promise<void> {
  for (const row of rows) {
    for (const [channel, value] of Object.entries(row)) part.set(channel, value);
    await pass(waitMs);
    for (const [channel, value] of Object.entries(row)) {
      const [found, within] = read[channel]!;
      say(`${channel} of ${JSON.stringify(row)}`, await found(), value, within);
    }
  }
}

export const trials: Readonly<Record<string, Trial>> = {
  bme280: (solder) => {
    const part = solder(bme280, at(0x76));
    return async (say) => {
      const device = await KernelDevice.bind("bme280", bus, 0x76);
      await walk(part, say, {
        rows: [
          { temperature: 25, humidity: 50, pressure: 101_325 },
          { temperature: -40, humidity: 10, pressure: 30_000 },
          { temperature: -12.3, humidity: 95, pressure: 98_000 },
          { temperature: 85, humidity: 5, pressure: 100_000 },
        ],
        waitMs: 2_000,
        read: {
          temperature: [async () => (await device.read("in_temp_input")) / 1e3, 0.011],
          humidity: [async () => (await device.read("in_humidityrelative_input")) / 1e3, 0.03],
          pressure: [async () => (await device.read("in_pressure_input")) * 1e3, 3],
        },
      });
    };
  },

  ads1115: (solder) => {
    const part = solder(ads1115, at(0x48));
    return async (say) => {
      const device = await KernelDevice.bind("ads1115", bus, 0x48);
      const volts = (input: number) => async () =>
        ((await device.read(`in_voltage${input}_raw`)) * (await device.read(`in_voltage${input}_scale`))) /
        1e3;
      await walk(part, say, {
        rows: [
          { voltage0: 0, voltage1: 0.5, voltage2: 1, voltage3: 2.047 },
          { voltage0: 2.047, voltage1: 0.001, voltage2: 0.25, voltage3: 1.5 },
        ],
        waitMs: 100,
        read: Object.fromEntries([0, 1, 2, 3].map((input) => [`voltage${input}`, [volts(input), 65e-6]])),
      });
    };
  },

  lis3dh: (solder) => {
    const part = solder(lis3dh, at(0x18));
    return async (say) => {
      const device = await KernelDevice.bind("lis3dh", bus, 0x18);
      const axis = (name: string) => async () =>
        (await device.read(`in_accel_${name}_raw`)) * (await device.read(`in_accel_${name}_scale`));
      await walk(part, say, {
        rows: [
          { accelerationX: 0, accelerationY: 0, accelerationZ: 9.80665 },
          { accelerationX: 9.80665, accelerationY: -9.80665, accelerationZ: 0 },
          { accelerationX: -19, accelerationY: 19, accelerationZ: 5 },
        ],
        waitMs: 2_000,
        read: {
          // It leaves the part in normal mode: 4 mg a digit.
          accelerationX: [axis("x"), 0.0197],
          accelerationY: [axis("y"), 0.0197],
          accelerationZ: [axis("z"), 0.0197],
        },
      });
    };
  },

  ltr390: (solder) => {
    const part = solder(ltr390, at(0x53));
    return async (say) => {
      const device = await KernelDevice.bind("ltr390", bus, 0x53);
      // Its scale is a hundredth of the data sheet's formula, 0.6 lx per count and gain at 100 ms, so counts are taken.
      const [gain, ms] = [3, (await device.read("integration_time")) / 1e3];
      const lux = async () => ((await device.read("in_illuminance_raw")) * 0.6) / (gain * (ms / 100));
      const rows = [0, 10, 1_000, 20_000].map((illuminance) => ({ illuminance }));
      await walk(part, say, { rows, waitMs: 500, read: { illuminance: [lux, 0.21] } });
      // 2300 counts per index at gain 18 and 400 ms (DS86-2015-0004, section 6).
      const perIndex = 2_300 * (gain / 18) * (ms / 400);
      const index = async () => (await device.read("in_uvindex_raw")) / perIndex;
      const exposed = [0, 1, 11].map((uvIndex) => ({ uvIndex }));
      await walk(part, say, { rows: exposed, waitMs: 500, read: { uvIndex: [index, 0.011] } });
    };
  },

  veml7700: (solder) => {
    const part = solder(veml7700, at(0x10));
    return async (say) => {
      const device = await KernelDevice.bind("veml7700", bus, 0x10);
      // It leaves the result as bent as the part has it; the polynomial is that of the application note (84323).
      const lux = async () => {
        const bent = await device.read("in_illuminance_input");
        return 6.0135e-13 * bent ** 4 - 9.3924e-9 * bent ** 3 + 8.1488e-5 * bent ** 2 + 1.0023 * bent;
      };
      // A count is 0.54 lx at the gain of 1/8 that it takes, and more where the curve is steep.
      const rows = [0, 10, 1_000].map((illuminance) => ({ illuminance }));
      await walk(part, say, { rows, waitMs: 1_000, read: { illuminance: [lux, 0.7] } });
      await walk(part, say, {
        rows: [{ illuminance: 20_000 }],
        waitMs: 1_000,
        read: { illuminance: [lux, 2] },
      });
    };
  },

  mlx90614: (solder) => {
    const part = solder(mlx90614, at(0x5a));
    return async (say) => {
      const device = await KernelDevice.bind("mlx90614", bus, 0x5a);
      const celsius = (which: string) => async () =>
        (((await device.read(`in_temp_${which}_raw`)) + (await device.read("in_temp_offset"))) *
          (await device.read("in_temp_scale"))) /
        1e3;
      await walk(part, say, {
        rows: [
          { ambientTemperature: 20, objectTemperature: 37 },
          { ambientTemperature: -38, objectTemperature: -70 },
          { ambientTemperature: 125, objectTemperature: 380 },
        ],
        waitMs: 3_000,
        read: {
          ambientTemperature: [celsius("ambient"), 0.011],
          objectTemperature: [celsius("object"), 0.011],
        },
      });
    };
  },

  nau7802: (solder) => {
    const part = solder(nau7802, at(0x2a));
    return async (say) => {
      const device = await KernelDevice.bind("nau7802", bus, 0x2a);
      // It leaves the gain at 1, and full scale is half of the excitation (rev. 2.6, section 7). The cell has 2 mV/V at 300 kg.
      const gross = async () => ((await device.read("in_voltage0_raw")) / 2 ** 24 / 2e-3) * 300;
      part.set("mass", 0);
      await pass(1_000);
      // It never has the part calibrate its offset, so that is weighed first.
      const tare = await gross();
      const kilograms = async () => (await gross()) - tare;
      const rows = [75, 300, -300, 0].map((mass) => ({ mass }));
      await walk(part, say, { rows, waitMs: 1_000, read: { mass: [kilograms, 0.02] } });
    };
  },

  ina226: (solder) => {
    const part = solder(ina226, at(0x40));
    return async (say) => {
      const device = await KernelDevice.bind("ina226", bus, 0x40);
      // µΩ of the twin's shunt.
      await device.write("shunt_resistor", 2_000);
      await walk(part, say, {
        rows: [
          { busVoltage: 12, current: 2.5 },
          { busVoltage: 35.99, current: -30 },
          { busVoltage: 0, current: 0 },
        ],
        waitMs: 1_000,
        read: {
          busVoltage: [async () => (await device.read("in1_input")) / 1e3, 1.3e-3],
          current: [async () => (await device.read("curr1_input")) / 1e3, 3e-3],
        },
      });
      part.set("busVoltage", 24);
      part.set("current", 10);
      await pass(1_000);
      say("power of 24 V and 10 A", (await device.read("power1_input")) / 1e6, 240, 0.1);
    };
  },

  ina228: (solder) => {
    const part = solder(ina228, at(0x44));
    return async (say) => {
      const device = await KernelDevice.bind("ina228", bus, 0x44);
      // Without a device tree it takes the shunt for 2.5 mΩ; the twin's has 16.2.
      const ohms = 0.0162 / 0.0025;
      await walk(part, say, {
        rows: [
          { busVoltage: 12, current: 2.5, dieTemperature: 25 },
          { busVoltage: 84.9, current: -9.9, dieTemperature: -40 },
          { busVoltage: 48, current: 0, dieTemperature: 125 },
        ],
        waitMs: 1_000,
        read: {
          busVoltage: [async () => (await device.read("in1_input")) / 1e3, 1.1e-3],
          current: [async () => (await device.read("curr1_input")) / 1e3 / ohms, 1e-3],
          dieTemperature: [async () => (await device.read("temp1_input")) / 1e3, 0.01],
        },
      });
    };
  },

  ina3221: (solder) => {
    const part = solder(ina3221, at(0x41));
    return async (say) => {
      const device = await KernelDevice.bind("ina3221", bus, 0x41);
      for (const channel of [1, 2, 3]) await device.write(`shunt${channel}_resistor`, 50_000);
      const channels = [1, 2, 3] as const;
      await walk(part, say, {
        rows: [
          { busVoltage1: 5, current1: 0.5, busVoltage2: 12, current2: 1.5, busVoltage3: 24, current3: -3 },
          { busVoltage1: 26, current1: 3.2, busVoltage2: 0, current2: 0, busVoltage3: 1, current3: 0.1 },
        ],
        waitMs: 1_000,
        read: Object.fromEntries(
          channels.flatMap((channel) => [
            [
              `busVoltage${channel}`,
              [async () => (await device.read(`in${channel}_input`)) / 1e3, 8.1e-3] as const,
            ],
            [
              `current${channel}`,
              [async () => (await device.read(`curr${channel}_input`)) / 1e3, 1.1e-3] as const,
            ],
          ]),
        ),
      });
    };
  },

  ds3231: (solder) => {
    const part = solder(ds3231, at(0x68));
    return async (say) => {
      const device = await KernelDevice.bind("ds3231", bus, 0x68);
      const rows = [25.25, -40, 85, -0.25].map((temperature) => ({ temperature }));
      const celsius = async () => (await device.read("temp1_input")) / 1e3;
      await walk(part, say, { rows, waitMs: 130_000, read: { temperature: [celsius, 0.126] } });
      for (const instant of ["2026-02-28T23:59:58Z", "2028-02-28T23:59:58Z", "2099-12-31T23:00:00Z"]) {
        const unixSeconds = Date.parse(instant) / 1e3;
        part.set("time", unixSeconds);
        await pass(5_000);
        say(`five seconds after ${instant}`, await device.read("since_epoch"), unixSeconds + 5, 1);
      }
      await promisify(execFile)("hwclock", [
        "--set",
        "--noadjfile",
        "--utc",
        "--date",
        "2027-12-31 23:59:50",
      ]);
      await pass(20_000);
      // The street's time is that of the last request.
      await device.read("since_epoch");
      say("what hwclock set, 20 s later", part.sensed("time"), Date.UTC(2028, 0, 1, 0, 0, 10) / 1e3, 1.5);
    };
  },

  max17048: (solder) => {
    const part = solder(max17048, at(0x36));
    return async (say) => {
      const device = await KernelDevice.bind("max17048", bus, 0x36);
      await walk(part, say, {
        rows: [
          { cellVoltage: 3.7, stateOfCharge: 50 },
          { cellVoltage: 4.2, stateOfCharge: 100 },
          { cellVoltage: 3, stateOfCharge: 1 },
        ],
        // It looks at the part once a second and tells what it saw.
        waitMs: 5_000,
        read: {
          cellVoltage: [async () => (await device.read("voltage_now")) / 1e6, 1.3e-3],
          stateOfCharge: [() => device.read("capacity"), 1],
        },
      });
    };
  },

  pca9685: (solder) => {
    const part = solder(pca9685, at(0x47));
    return async (say) => {
      const device = await KernelDevice.bind("pca9685", bus, 0x47);
      for (const channel of [0, 7, 15]) {
        await device.write("export", channel);
        const folder = device.path("export").replace(/export$/, `pwm${channel}`);
        await appeared(`${folder}/period`);
        const write = (name: string, value: number) => writeFile(`${folder}/${name}`, `${value}`);
        await write("period", 5_000_000);
        await write("enable", 1);
        for (const duty of [0.25, 0.5, 0.9, 0, 1]) {
          await write("duty_cycle", duty * 5_000_000);
          await pass(10);
          // It keeps the pulse, in a period that PRE_SCALE lets come near.
          const pulseUs = (part.duty(channel) / part.pwmHz) * 1e6;
          const wantedUs = Math.min(duty * 5_000, 1e6 / part.pwmHz);
          say(`pulse of duty ${duty} of channel ${channel}`, pulseUs, wantedUs, 1.5 * (5_000 / 4_096));
        }
        say("frequency", part.pwmHz, 200, 3.5);
        await device.write("unexport", channel);
      }
    };
  },

  mcp23017: (solder) => {
    const part = solder(mcp23017, at(0x20));
    return async (say) => {
      const device = await KernelDevice.bind("mcp23017", bus, 0x20);
      const base = await device.read("base");
      const { inputs, outputs } = benchWiring;
      const lineOf = (pin: string) => base + Number(pin[3]) + (pin[2] === "B" ? 8 : 0);
      for (const [name, pin] of Object.entries(outputs)) {
        const line = lineOf(pin);
        await writeFile("/sys/class/gpio/export", `${line}`);
        const file = (attribute: string) => `/sys/class/gpio/gpio${line}/${attribute}`;
        await appeared(file("direction"));
        for (const direction of ["high", "low"]) {
          await writeFile(file("direction"), direction);
          const level = Number(direction === "high");
          say(`${name} driven ${direction}`, part.output(name) ?? Number.NaN, level, 0);
          say(`${name} read back ${direction}`, Number(await readFile(file("value"), "utf8")), level, 0);
        }
        await writeFile("/sys/class/gpio/unexport", `${line}`);
      }
      for (const [name, pin] of Object.entries(inputs)) {
        const line = lineOf(pin);
        await writeFile("/sys/class/gpio/export", `${line}`);
        await appeared(`/sys/class/gpio/gpio${line}/value`);
        const value = await readFile(`/sys/class/gpio/gpio${line}/value`, "utf8");
        // An open drain that nobody pulls up.
        say(`${name} without pull-up`, Number(value), 0, 0);
        await writeFile("/sys/class/gpio/unexport", `${line}`);
      }
    };
  },

  tca9548a: (solder) => {
    solder(tca9548a, at(0x70));
    const channels = [0, 3, 7];
    const behind = channels.map((channel) => solder(mlx90614, at(0x5b, { address: 0x70, channel })));
    return async (say) => {
      const multiplexer = await KernelDevice.bind("pca9548", bus, 0x70);
      for (const [index, channel] of channels.entries()) {
        behind[index]!.set("objectTemperature", 10 * (channel + 1));
        const device = await KernelDevice.bind("mlx90614", await busOf(multiplexer, channel), 0x5b);
        await pass(1_000);
        const counts = (await device.read("in_temp_object_raw")) + (await device.read("in_temp_offset"));
        say(`object before channel ${channel}`, counts * 0.02, 10 * (channel + 1), 0.011);
      }
    };
  },
};
