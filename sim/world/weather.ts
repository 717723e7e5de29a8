/** The air and the sky over the street at one instant. */
export interface WeatherState {
  readonly temperatureC: number;
  readonly relativeHumidityPercent: number;
  readonly pressurePa: number;
  /** Share of the sky under cloud that hides it, 0 to 1. */
  readonly cloudCover: number;
  readonly windSpeedMps: number;
  readonly precipitationMmPerHour: number;
  /** Global horizontal irradiation of the hour around this instant, where the source measured it. */
  readonly globalIrradianceWhM2?: number;
  /** Mean global horizontal illuminance of the hour around this instant, where the source measured it. */
  readonly illuminanceLx?: number;
}

/** A source of weather: a pure function of time, to be asked in any order. */
export interface Weather {
  at(unixMs: number): WeatherState;
}
