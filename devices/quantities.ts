/**
 * Every quantity Plinth measures, once: symbol, the one unit used for it in the whole repository, the range
 * outside which a number is not believed, and the decimals worth publishing.
 *
 * Sign convention of power and current: positive flows from the supply into the furniture.
 * Units: SI and SI-accepted; `unitCode` is the UN/CEFACT Recommendation 20 common code.
 */
export interface Quantity {
  readonly name: string;
  readonly symbol: string;
  readonly unit: string;
  readonly unitCode: string;
  readonly min: number;
  readonly max: number;
  readonly decimals: number;
}

const quantity = (
  name: string,
  symbol: string,
  unit: string,
  unitCode: string,
  [min, max]: readonly [number, number],
  decimals: number,
): Quantity => ({ name, symbol, unit, unitCode, min, max, decimals });

export const temperature = quantity("temperature", "T", "°C", "CEL", [-60, 125], 2);
export const relativeHumidity = quantity("relative humidity", "RH", "%RH", "P1", [0, 100], 1);
export const pressure = quantity("atmospheric pressure", "p", "Pa", "PAL", [30_000, 110_000], 0);
export const illuminance = quantity("illuminance", "E", "lx", "LUX", [0, 160_000], 3);
export const voltage = quantity("voltage", "U", "V", "VLT", [-1_000, 1_000], 3);
export const current = quantity("current", "I", "A", "AMP", [-100, 100], 4);
export const activePower = quantity("active power", "P", "W", "WTT", [-100_000, 100_000], 1);
export const activeEnergy = quantity("active energy", "W", "Wh", "WHR", [0, 1e12], 1);
export const frequency = quantity("frequency", "f", "Hz", "HTZ", [0, 1_000], 1);
export const powerFactor = quantity("power factor", "λ", "1", "C62", [-1, 1], 2);
export const level = quantity("dimming level", "D", "%", "P1", [0, 100], 1);
export const distance = quantity("distance", "d", "m", "MTR", [0, 1_000], 2);
export const acceleration = quantity("acceleration", "a", "m/s²", "MSK", [-160, 160], 3);
export const angle = quantity("angle", "φ", "°", "DD", [-360, 360], 1);
export const windSpeed = quantity("wind speed", "v", "m/s", "MTS", [0, 100], 1);
export const mass = quantity("mass", "m", "kg", "KGM", [-10_000, 10_000], 2);
export const uvIndex = quantity("UV index", "UVI", "1", "C62", [0, 30], 1);
export const magneticFluxDensity = quantity("magnetic flux density", "B", "µT", "D81", [-10_000, 10_000], 2);
/** Energy of short events; of supplies it is `activeEnergy`, Wh. */
export const energy = quantity("energy", "E", "J", "JOU", [0, 1e9], 3);
export const stateOfCharge = quantity("state of charge", "SOC", "%", "P1", [0, 100], 1);
export const duration = quantity("duration", "t", "s", "SEC", [0, 1e10], 0);
export const frequencyOfEvents = quantity("rate", "f", "1/min", "C94", [0, 100_000], 1);
/** Signal energy of a radar gate, 0 to 100 as its maker scales it: comparable only within one part. */
export const signalEnergy = quantity("signal energy", "s", "1", "C62", [0, 100], 0);
/** A two-state channel: 1 is true (presence, open door, knock), 0 is false. */
export const truth = quantity("state", "b", "1", "C62", [0, 1], 0);
export const probability = quantity("probability", "P", "1", "C62", [0, 1], 2);
export const count = quantity("count", "n", "1", "C62", [0, Number.MAX_SAFE_INTEGER], 0);
/** Time as Unix seconds, UTC. */
export const instant = quantity("time", "t", "s", "SEC", [0, 4_102_444_800], 0);
