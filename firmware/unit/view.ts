import type { View } from "#devices/control.ts";
import type { ActiveCommand } from "#devices/estimators/estimator.ts";
import type { Clock } from "#devices/ports/clock.ts";
import type { ClockQuality, Sample } from "#devices/sample.ts";
import type { Commands } from "../commands.ts";
import type { UnitConfig } from "../config.ts";
import type { Samples } from "../edge/samples.ts";
import type { Settings } from "../settings.ts";

/** What estimators and controllers of one unit may look at: one object for its whole life, always of now. */
export class UnitView implements View {
  readonly device: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly timeZone: string;
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #samples: Samples;
  readonly #commands: Commands;

  constructor(config: UnitConfig, clock: Clock, samples: Samples, settings: Settings, commands: Commands) {
    this.device = `${config.site}/${config.unit}`;
    this.latitude = config.location.latitude;
    this.longitude = config.location.longitude;
    this.timeZone = config.location.timeZone;
    this.#settings = settings;
    this.#clock = clock;
    this.#samples = samples;
    this.#commands = commands;
  }

  get settings(): Readonly<Record<string, unknown>> {
    return this.#settings.current;
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  get wallMs(): number | undefined {
    return this.#clock.wall();
  }

  get clock(): ClockQuality {
    return this.#clock.wallQuality;
  }

  get commands(): readonly ActiveCommand[] {
    return this.#commands.active;
  }

  latest(source: string): Sample | undefined {
    return this.#samples.latest(source);
  }
}
