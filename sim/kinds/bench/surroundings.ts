import type { World } from "../../world/street.ts";
import type { EnergyPlant } from "./energy-plant.ts";
import type { PortHardware } from "./port-hardware.ts";

type Sources = Readonly<Record<string, (atMs: number) => number>>;

/** What lies and sits on the bench, and glows in its ashtray. */
export interface BenchTruth {
  readonly seatKg: (atMs: number) => number;
  /** Above what the tray would have, K. */
  readonly emberK: (atMs: number) => number;
}

/** The safety light at its own sensor, lx. */
const strayLux = 4;
/** A metal tray in full sun is so much warmer than the air, K per W/m². */
const trayKPerWatt = 0.028;
/** UV index in full sun with the sun in the zenith of a clear sky; it falls steeply with the sun's height. */
const uvAtZenith = 12.5;

/** Ohms of an NTC of 10 kΩ and 3977 K, by its B parameter, and what it leaves of 3.3 V below 10 kΩ. */
export function thermistorVolts(celsius: number): number {
  const ohms = 10_000 * Math.exp(3_977 * (1 / (celsius + 273.15) - 1 / 298.15));
  return (3.3 * ohms) / (ohms + 10_000);
}

/** What a perfect part in each role would report, by role and channel. */
export function surroundings(
  world: World,
  plant: EnergyPlant,
  ports: Readonly<Record<"outlet" | "usb1" | "usb2" | "pad", PortHardware>>,
  { seatKg, emberK }: BenchTruth,
  isLightOn: () => boolean,
): Sources {
  const airC = (atMs: number) => world.weather(atMs).temperatureC;
  const { outlet } = ports;
  const direct = [ports.usb1, ports.usb2, ports.pad];
  const thermistor = (port: PortHardware) => (atMs: number) =>
    thermistorVolts(port.celsiusAt(atMs, airC(atMs) + 3));
  return {
    "clock.temperature": () => plant.cabinetC,
    "outletMeter.voltage": () => (plant.isOn ? 230 : 0),
    "outletMeter.frequency": () => (plant.isOn ? 50 : 0),
    "outletMeter.powerFactor": () => outlet.make.powerFactor,
    "outletMeter.activePower": (atMs) => outlet.wattsAt(atMs),
    "outletMeter.current": (atMs) => outlet.amperesAt(atMs),
    ...Object.fromEntries(
      direct.flatMap((port, index) => [
        [`portMeter.busVoltage${index + 1}`, () => port.make.volts()],
        [`portMeter.current${index + 1}`, (atMs: number) => port.amperesAt(atMs)],
      ]),
    ),
    "contactVoltage.voltage0": thermistor(outlet),
    ...Object.fromEntries(
      direct.map((port, index) => [`contactVoltage.voltage${index + 1}`, thermistor(port)]),
    ),
    ...Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [`switches.${name}Fault`, () => (port.isFaulty ? 1 : 0)]),
    ),
    "solar.batteryVoltage": () => plant.battery.volts,
    "solar.batteryCurrent": () => plant.harvestW / plant.battery.volts,
    "solar.panelVoltage": (atMs) => (world.daylightLux(atMs) > 200 ? 17.5 : 0),
    "solar.panelPower": () => plant.harvestW,
    // Bulk or float; off in the dark.
    "solar.chargeState": () => (plant.harvestW > 1 ? (plant.battery.charge > 0.97 ? 5 : 3) : 0),
    "gauge.cellVoltage": () => plant.battery.cellVolts,
    "gauge.stateOfCharge": () => plant.battery.charge * 100,
    "gauge.chargeRate": () => (plant.battery.amperes / plant.battery.capacityAh) * 100,
    "cabinet.temperature": () => plant.cabinetC,
    "cabinet.humidity": (atMs) => world.weather(atMs).relativeHumidityPercent,
    "cabinet.pressure": (atMs) => world.weather(atMs).pressurePa,
    "climate.temperature": airC,
    "climate.humidity": (atMs) => world.weather(atMs).relativeHumidityPercent,
    "climate.pressure": (atMs) => world.weather(atMs).pressurePa,
    "light.illuminance": (atMs) => world.daylightLux(atMs) + (isLightOn() ? strayLux : 0),
    "light.uvIndex": (atMs) => uvIndex(world, atMs),
    "seat.mass": seatKg,
    "ashtray.ambientTemperature": (atMs) => airC(atMs) + 2,
    "ashtray.objectTemperature": (atMs) => airC(atMs) + trayKPerWatt * plant.irradiance(atMs) + emberK(atMs),
  };
}

/**
 * 12.5 · µ^2.42 under a clear sky with 300 DU of ozone (Madronich, "Analytic formula for the clear-sky UV index",
 * Photochem. Photobiol. 83 (2007)), µ the cosine of the zenith angle; under clouds as much less as there is light.
 */
function uvIndex(world: World, atMs: number): number {
  const mu = Math.sin((Math.max(0, world.sunElevationDeg(atMs)) * Math.PI) / 180);
  return uvAtZenith * mu ** 2.42 * (1 - 0.75 * world.weather(atMs).cloudCover ** 3.4);
}
