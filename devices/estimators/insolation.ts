/**
 * Daily irradiation of a horizontal plane above the atmosphere: Duffie and Beckman, "Solar Engineering of Thermal
 * Processes", eq. 1.10.3; the same as Ra of FAO Irrigation and Drainage Paper 56, eq. 21 to 25, whose solar constant
 * and declination are used here.
 * @param latitude degrees north
 * @param dayOfYear 1 is 1 January
 * @returns Wh/m² a day
 */
export function extraterrestrialWhPerM2(latitude: number, dayOfYear: number): number {
  const phi = (latitude * Math.PI) / 180;
  const year = (2 * Math.PI * dayOfYear) / 365;
  const inverseDistance = 1 + 0.033 * Math.cos(year);
  const declination = 0.409 * Math.sin(year - 1.39);
  const sunset = Math.acos(Math.min(1, Math.max(-1, -Math.tan(phi) * Math.tan(declination))));
  const hours =
    sunset * Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.sin(sunset);
  return ((24 * solarConstant) / Math.PI) * inverseDistance * Math.max(0, hours);
}

/** W/m²: 0.0820 MJ/m² a minute (FAO-56, eq. 21). */
const solarConstant = 0.082e6 / 60;

/** Day of the year, from 1, of a local date in days since 1970. */
export function dayOfYear(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return day - Date.UTC(year, 0, 1) / 86_400_000 + 1;
}
