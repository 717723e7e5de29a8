import { pzem004t } from "#devices/chips/pzem004t.ts";
import { MeterTwin } from "./meter-twin.ts";
import { Code } from "./modbus-slave.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** The maker's own functions (section 2.2). */
const Calibrate = 0x41;
const ResetEnergy = 0x42;

const taggedCodes = new Map<number, string>([
  [Code.ReadHolding, "0x03 Read Holding Register"],
  [Code.WriteSingle, "0x06 Write Single Register"],
  [Calibrate, "0x41 Calibration"],
]);

/**
 * PZEM-004T V3.0 at the far end of a serial line. Where nothing was set, it hangs on 230 V, 50 Hz without load.
 * The time that it thinks is a guess: the manual gives none.
 */
export class Pzem004tTwin extends MeterTwin {
  constructor(environment: TwinEnvironment) {
    super(environment, (sensed, putEnergy) => ({
      part: pzem004t,
      // As delivered, and what every meter answers to (section 2.2).
      factoryUnit: 0x01,
      generalUnit: 0xf8,
      thinkMs: 20,
      // The measuring side lives off the mains from 80 V on (section 1.1).
      mains: { channels: ["voltage"], voltsMin: 80 },
      initial: { voltage: 230, frequency: 50, powerFactor: 1 },
      // 9999.99 kWh (section 1.6).
      energyWhTop: 10_000_000,
      codes: [Code.ReadInput],
      taggedCodes,
      untouchable: new Set<string>(),
      honesty: {
        modelled: ["0x04 Read Input Register", "0x42 Reset energy"],
        tagged: [...taggedCodes.values(), "power alarm threshold"],
      },
      read: (_code, address) => registers(sensed)[address],
      answer: (request) => {
        if (request[0] !== ResetEnergy || request.length !== 1) return undefined;
        putEnergy(0);
        return [ResetEnergy];
      },
    }));
  }
}

/** Input registers 0x0000 to 0x0009 (section 2.3): of each pair of words, the low one comes first. */
function registers(sensed: (channel: string) => number): number[] {
  const counts = (channel: string, lsb: number) => Math.round(sensed(channel) / lsb);
  const pair = (value: number) => [value & 0xffff, Math.floor(value / 0x1_0000)];
  return [
    counts("voltage", 0.1),
    ...pair(counts("current", 0.001)),
    ...pair(counts("activePower", 0.1)),
    ...pair(Math.floor(sensed("activeEnergy"))),
    counts("frequency", 0.1),
    counts("powerFactor", 0.01),
    0x0000,
  ];
}

export const twin = {
  part: pzem004t,
  create: (environment: TwinEnvironment) => new Pzem004tTwin(environment),
} satisfies TwinDefinition;
