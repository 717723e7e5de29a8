/** Of the Magnus form over water, −45 to 60 °C: WMO-No. 8, annex 4.B. */
const magnus = { hPa: 6.112, a: 17.62, bC: 243.12 } as const;

/** Saturation vapour pressure over water, hPa. */
export const saturationHPa = (temperatureC: number): number =>
  magnus.hPa * Math.exp((magnus.a * temperatureC) / (magnus.bC + temperatureC));

/** To what air must cool until it is saturated, °C. @param relativeHumidityPercent above 0 */
export function dewPointC(temperatureC: number, relativeHumidityPercent: number): number {
  const vapourHPa = (relativeHumidityPercent / 100) * saturationHPa(temperatureC);
  const logarithm = Math.log(vapourHPa / magnus.hPa);
  return (magnus.bC * logarithm) / (magnus.a - logarithm);
}
