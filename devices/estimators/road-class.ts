/**
 * Lighting classes of EN 13201-2:2015 with their maintained average: luminance in cd/m² for motorised traffic
 * (M, table 1), illuminance in lx for conflict areas (C, table 2) and for pedestrians (P, table 3). Brightest first.
 */
const series = {
  M: [2.0, 1.5, 1.0, 0.75, 0.5, 0.3],
  C: [50, 30, 20, 15, 10, 7.5],
  P: [15, 10, 7.5, 5, 3, 2],
} as const;

const firstNumber = { M: 1, C: 0, P: 1 } as const;

/** How many classes a lamp may be dimmed down while the road is quiet. */
const classesDown = 2;

/** `M1` … `M6`, `C0` … `C5`, `P1` … `P6`. */
export const roadClasses: readonly string[] = (["M", "C", "P"] as const).flatMap((letter) =>
  series[letter].map((_, index) => `${letter}${firstNumber[letter] + index}`),
);

/**
 * The lowest dimming level for a road of a class, in percent of the flux that the class was designed with.
 *
 * This is Plinth's policy, not the standard's: EN 13201-2 gives no floor. CEN/TR 13201-1:2014 lets the class of a
 * road change over the night with traffic, by the step or two that traffic volume is worth in its tables; so a
 * lamp may dim to the class two steps down and never below the last class of its series, which is the least that
 * the standard calls lighting. The level is the ratio of the two averages, rounded up; flux is taken to be
 * proportional to the level. A road already in the last class is not dimmed.
 * @returns %, or undefined for a class that does not exist
 */
export function floorLevel(roadClass: string): number | undefined {
  return floors.get(roadClass);
}

const floors = new Map<string, number>(
  (["M", "C", "P"] as const).flatMap((letter) =>
    series[letter].map((average, index) => {
      const lowest = series[letter][Math.min(index + classesDown, series[letter].length - 1)]!;
      return [`${letter}${firstNumber[letter] + index}`, Math.ceil((lowest / average) * 100)] as const;
    }),
  ),
);
