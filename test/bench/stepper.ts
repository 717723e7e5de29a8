import type { ActiveCommand, Context, Estimator, Happening } from "#devices/estimators/estimator.ts";
import { count } from "#devices/quantities.ts";
import type { Quality, Sample } from "#devices/sample.ts";

/** One estimator on a table: stepped with samples, woken when it asks for it, saved and started again. */
export class Stepper<State> {
  readonly #estimator: Estimator<State>;
  readonly #outputs = new Map<string, { readonly value: number; readonly quality: Quality }>();
  readonly #place: Partial<Context>;
  readonly events: Happening[] = [];
  settings: Readonly<Record<string, unknown>>;
  commands: ActiveCommand[] = [];
  /** Unix milliseconds at monotonic 0; undefined while the unit does not know the time. */
  wallOriginMs: number | undefined;
  state: State;
  nowMs = 0;
  wakeAtMs: number | undefined;

  constructor(
    estimator: Estimator<State>,
    {
      settings = {},
      wallOriginMs,
      place = {},
      saved,
    }: {
      settings?: Readonly<Record<string, unknown>>;
      wallOriginMs?: number | undefined;
      place?: Partial<Context>;
      saved?: unknown;
    } = {},
  ) {
    this.#estimator = estimator;
    this.#place = place;
    this.settings = settings;
    this.wallOriginMs = wallOriginMs;
    this.state = estimator.initial(saved);
  }

  get wallMs(): number | undefined {
    return this.wallOriginMs === undefined ? undefined : this.wallOriginMs + this.nowMs;
  }

  /** The first step of a life. */
  start(): this {
    return this.#step(undefined);
  }

  /** A sample now. */
  hear(source: string, value: number, quality: Quality = "good"): this {
    const { nowMs: atMs, wallMs } = this;
    const clock = wallMs === undefined ? "none" : "network";
    return this.#step({ source, value, quality, quantity: count, atMs, wallMs, clock, boot: 1 });
  }

  /** A command taken now: a signal is gone when it was heard, a timed one stays until `untilMs`. */
  command(name: string, args: Readonly<Record<string, unknown>>, untilMs = this.nowMs): this {
    const command = { name, args, untilMs };
    const others = this.commands;
    this.commands = [...others, command];
    this.hear(`command.${name}`, 1);
    if (untilMs === this.nowMs) this.commands = others;
    return this;
  }

  /** Time passes, with the wake-ups that were asked for. */
  pass(ms: number): this {
    const endMs = this.nowMs + ms;
    while (this.wakeAtMs !== undefined && this.wakeAtMs <= endMs) {
      this.nowMs = Math.max(this.nowMs + (this.wakeAtMs <= this.nowMs ? 1 : 0), this.wakeAtMs);
      this.#step(undefined);
    }
    this.nowMs = Math.max(endMs, this.nowMs);
    return this;
  }

  /** Power is gone for `offMs`; what was saved is read again. The monotonic clock begins anew. */
  restart(offMs = 0): this {
    const saved = this.#estimator.save?.(this.state);
    if (this.wallOriginMs !== undefined) this.wallOriginMs += this.nowMs + offMs;
    this.nowMs = 0;
    this.wakeAtMs = undefined;
    this.#outputs.clear();
    this.state = this.#estimator.initial(saved === undefined ? undefined : JSON.parse(JSON.stringify(saved)));
    return this;
  }

  value(output: string): number {
    return this.#outputs.get(output)?.value ?? Number.NaN;
  }

  quality(output: string): Quality | undefined {
    return this.#outputs.get(output)?.quality;
  }

  #step(sample: Sample | undefined): this {
    const { nowMs, wallMs, settings } = this;
    this.commands = this.commands.filter(({ untilMs }) => untilMs >= nowMs);
    const context: Context = {
      nowMs,
      wallMs,
      clock: wallMs === undefined ? "none" : "network",
      device: "park/bench-01",
      latitude: 45.07,
      longitude: 7.69,
      timeZone: "Europe/Rome",
      settings,
      commands: this.commands,
      ...this.#place,
    };
    const step = this.#estimator.step(this.state, sample, context);
    this.state = step.state;
    this.wakeAtMs = step.wakeAtMs;
    for (const { output, value, quality } of step.estimates) this.#outputs.set(output, { value, quality });
    this.events.push(...(step.events ?? []));
    return this;
  }
}
