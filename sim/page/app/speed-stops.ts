/** The speeds that the slider offers, as multiples of real time: a logarithmic scale with a pause at its end. */
export const speedStops = [0, 1, 10, 60, 300, 1_200, 3_600] as const;

/** The stop that is nearest to a speed, by ratio; only standing still is 0. */
export function nearestStop(factor: number): number {
  if (factor <= 0) return 0;
  const distance = (stop: number) => Math.abs(Math.log(stop / factor));
  return speedStops.reduce<number>(
    (best, stop, index) => (index > 0 && distance(stop) < distance(speedStops[best]!) ? index : best),
    1,
  );
}
