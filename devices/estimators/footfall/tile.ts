/**
 * The kinetic tile, as its maker describes it: a plate on four springs that carries a permanent-magnet generator, and
 * what its ADS1115 sees of both. The numbers are those of the reference tile of this project, within the range of
 * published ones: plates of 0.5 to 0.75 m that give way by 5 to 10 mm, generators of 10 to 20 V and a few joules.
 *
 * Seen in the direction of the strip, from its begin to its end: `along` runs from the edge where a tile begins,
 * `across` from the right edge to the left one.
 */
export const tile = {
  /** Along the strip, and across it, m: wide enough for one to walk on, not for two. */
  lengthM: 0.6,
  widthM: 0.75,
  /** Of the four springs at the corners together, N per metre that the middle gives way. */
  springNPerM: 160_000,
  /**
   * A load at an edge tilts the plate: the edge gives way by this much more than the middle, as a share; the opposite
   * one by as much less. Springs alone would make it 1; torsion bars hold the plate level.
   */
  tilt: 1 / 3,
  /** The plate rests on its stops when it has given way by this much, m. */
  travelM: 0.01,
  /** Volts at the generator's load per m/s of the plate's middle, downwards positive. */
  generatorVoltsPerMps: 120,
  /** What the generator works on, Ω. */
  loadOhms: 15,
  /** The generator's voltage at the converter: divided by this, around half of its supply. */
  tapDivider: 10,
  tapZeroVolts: 1.65,
  /**
   * Linear Hall sensors at three corners: volts per metre that the corner gives way, and volts at the level of the
   * drawing. All of the travel fits below 3.3 V, and grit that holds a corner up by 2.8 mm above 0.1 V.
   */
  deflectionVoltsPerM: 250,
  deflectionZeroVolts: 0.8,
} as const;

/** Of an ADS1115 on a tile. */
export const tapChannel = "voltage0";
/** The corners that are sensed: at the begin right, at the end right, at the end left. */
export const cornerChannels = ["voltage1", "voltage2", "voltage3"] as const;

const gravity = 9.80665;

/** Load that the springs carry when the middle has given way by so much, kg. */
export const loadKg = (deflectionM: number) => (deflectionM * tile.springNPerM) / gravity;
