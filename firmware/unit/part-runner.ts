import { type Duration, milliseconds, minutes, seconds } from "#devices/duration.ts";
import type { Role } from "#devices/furniture/vocabulary.ts";
import type { Channel, Driver, Part, Place, Ports, Reading } from "#devices/part.ts";
import { type Cancel, deadline, sleep } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import { isPlausible, type Quality } from "#devices/sample.ts";
import type { PartHealth, PartState } from "#devices/wire.ts";

/** A call that takes longer hangs: a bus held low, a driver stuck in the kernel. */
const callLimit = seconds(5);
/** Attempts at one sample before the part counts as failing, and the pauses between them. */
const retryPauses = [milliseconds(50), milliseconds(250)];
/** Pauses between attempts to start a failing part; the last one is for quarantine. */
const backOff = [1, 2, 5, 10, 30].map(seconds);
const quarantinePause = minutes(5);
/** A part may say `not-ready` for this long after it was configured: an infrared sensor warms up for a minute. */
const warmUpLimit = seconds(90);
const warmUpPause = seconds(5);

/**
 * A part that is not sampled, because it tells by itself or has nothing to tell, is looked at this often: a line that
 * cannot be read any more, or written, is silent as one on which nothing happens.
 */
const lookPeriod = seconds(30);

export interface PartListener {
  /** A checked value of a channel; NaN with `bad` when there is none. */
  onValue(channel: string, value: number, quality: Quality): void;
  /** The part was configured, for the first time or again: whatever it drove before is unknown. */
  onReady(): void;
  onState(state: PartState, fault: string | undefined): void;
}

/**
 * Supervises the part of one role: starts it, samples it in time, retries, backs off, and quarantines what keeps
 * failing, alone: other parts do not notice. A quarantined part is still tried now and then, since connectors are
 * put back without telling anybody.
 */
export class PartRunner {
  readonly part: Part;
  readonly #role: Role;
  readonly #place: Place;
  readonly #ports: Ports;
  readonly #listener: PartListener;
  /** Whether the faster sampling of the role is called for. */
  readonly #isUrgent: () => boolean;
  readonly #channels: readonly (readonly [name: string, Channel])[];
  #driver: Driver | undefined;
  #state: PartState = "starting";
  #fault: string | undefined;
  #failures = 0;
  #cancelTimer: Cancel = () => {};
  #cancelWatch: Cancel = () => {};
  /** Of the driver, under way or waiting. */
  #calls = 0;
  #busy: Promise<void> = Promise.resolve();
  /** Until then a part that says `not-ready` is taken to warm up; after its first sample it has no such excuse. */
  #warmUntilMs = 0;
  #scheduledPeriodMs = 0;
  #running = false;

  constructor(
    part: Part,
    role: Role,
    place: Place,
    ports: Ports,
    listener: PartListener,
    isUrgent: () => boolean = () => false,
  ) {
    this.part = part;
    this.#role = role;
    this.#place = place;
    this.#ports = ports;
    this.#listener = listener;
    this.#isUrgent = isUrgent;
    this.#channels = Object.entries(part.channels);
  }

  get health(): PartHealth {
    const fault = this.#fault === undefined ? {} : { fault: this.#fault };
    return { part: this.part.id, state: this.#state, failures: this.#failures, ...fault };
  }

  /** Resolves after the first attempt to start the part, whatever came of it. */
  async start(): Promise<void> {
    this.#running = true;
    await this.#startPart();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#letGo();
  }

  /** Drive the part. Rejects with PortError; the part is then restarted by itself, and `onReady` tells when. */
  async apply(outputs: Readonly<Record<string, number>>): Promise<void> {
    const driver = this.#driver;
    if (!driver?.apply) throw this.#notReady("apply");
    try {
      await this.#retried(() => this.#exclusive("apply", () => driver.apply!(outputs)));
    } catch (error) {
      if (this.#driver === driver) this.#failed(error);
      throw error;
    }
  }

  /** The sampling may have become more or less urgent: if so, the next one is scheduled anew. */
  reschedule(): void {
    if (this.#state === "ok" && this.#period !== this.#scheduledPeriodMs) this.#scheduleSample();
  }

  /** Runs `use` with the driver when the part works: for what only one kind of part can do, such as setting a clock. */
  async withDriver(operation: string, use: (driver: Driver) => Promise<void>): Promise<void> {
    const driver = this.#driver;
    if (!driver) throw this.#notReady(operation);
    await this.#exclusive(operation, () => use(driver));
  }

  async #startPart(): Promise<void> {
    if (!this.#running) return;
    try {
      const driver = await this.#open();
      await this.#prepare(driver).catch((error) => {
        void this.#close(driver);
        throw error;
      });
      if (!this.#running) return void this.#close(driver);
      this.#driver = driver;
      this.#warmUntilMs = this.#ports.clock.now() + warmUpLimit;
      this.#listener.onReady();
      if (driver.watch) this.#cancelWatch = driver.watch((reading) => this.#report(reading));
      await this.#sample();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #prepare(driver: Driver): Promise<void> {
    await this.#exclusive("probe", () => driver.probe());
    if (this.#running) await this.#exclusive("configure", () => driver.configure());
  }

  /** A part that opens only after it was given up is let go at once: its line must be free for the next attempt. */
  #open(): Promise<Driver> {
    const opening = this.part.open(this.#place, this.#ports);
    return this.#limited("open", opening).catch((error) => {
      if (error instanceof Hang) opening.then((driver) => this.#close(driver)).catch(() => {});
      throw error;
    });
  }

  async #sample(): Promise<void> {
    const driver = this.#driver;
    if (!driver || !this.#running) return;
    try {
      const reading = await this.#retried(() => this.#exclusive("sample", () => driver.sample()));
      if (this.#driver !== driver) return;
      // What changed since it was well it has told by itself.
      const isLook = this.#role.sampling === undefined && this.#state === "ok";
      this.#succeeded();
      if (!isLook) this.#report(reading);
      this.#scheduleSample();
    } catch (error) {
      if (this.#driver !== driver) return;
      if (this.#isWarmingUp(error)) this.#cancelTimer = this.#after(warmUpPause, () => this.#sample());
      else this.#failed(error);
    }
  }

  #isWarmingUp(error: unknown): boolean {
    const notReady = error instanceof PortError && error.kind === "not-ready";
    return notReady && this.#ports.clock.now() < this.#warmUntilMs;
  }

  #after(delay: Duration, run: () => Promise<void>): Cancel {
    return this.#ports.clock.after(delay, () => void run());
  }

  get #period(): number {
    const { sampling } = this.#role;
    if (!sampling) return lookPeriod;
    return sampling.faster && this.#isUrgent() ? sampling.faster.every : sampling.every;
  }

  /** On the grid of the period: a late sample does not shift the next. */
  #scheduleSample(): void {
    const period = this.#period;
    this.#scheduledPeriodMs = period;
    const now = this.#ports.clock.now();
    const next = (Math.floor(now / period + 1e-9) + 1) * period;
    this.#cancelTimer();
    this.#cancelTimer = this.#after(milliseconds(next - now), () => this.#sample());
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const pause = retryPauses[attempt];
        if (pause === undefined || !isTransient(error)) throw error;
        await sleep(this.#ports.clock, pause);
      }
    }
  }

  #report(reading: Reading): void {
    for (const [channel, { quantity, range, step }] of this.#channels) {
      const value = reading[channel] ?? Number.NaN;
      const [min, max] = range;
      const believed = isPlausible(quantity, value) && value >= min - step(min) && value <= max + step(max);
      this.#listener.onValue(channel, believed ? value : Number.NaN, believed ? "good" : "bad");
    }
  }

  /** It delivers: to be configured alone proves nothing, and a part that only restarts would never be quarantined. */
  #succeeded(): void {
    this.#failures = 0;
    this.#warmUntilMs = 0;
    this.#move("ok", undefined);
  }

  #failed(error: unknown): void {
    if (!this.#running) return;
    this.#failures++;
    const fault = error instanceof Error ? error.message : String(error);
    const pause = backOff[this.#failures - 1];
    const isWrong = error instanceof PortError && error.kind === "wrong-device";
    this.#move(pause === undefined || isWrong ? "quarantined" : "failing", fault);
    if (this.#failures === 1)
      for (const channel of Object.keys(this.part.channels))
        this.#listener.onValue(channel, Number.NaN, "bad");
    this.#cancelTimer();
    void this.#letGo();
    this.#cancelTimer = this.#after(isWrong ? quarantinePause : (pause ?? quarantinePause), () =>
      this.#startPart(),
    );
  }

  #move(state: PartState, fault: string | undefined): void {
    const changed = state !== this.#state || fault !== this.#fault;
    this.#state = state;
    this.#fault = fault;
    if (changed) this.#listener.onState(state, fault);
  }

  async #letGo(): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    this.#cancelWatch();
    this.#cancelWatch = () => {};
    if (driver) await this.#close(driver);
  }

  /** A part that cannot even be closed is no reason to stop anything else; its next start will tell. */
  async #close(driver: Driver): Promise<void> {
    await this.#limited("close", driver.close()).catch(() => {});
  }

  /** One call of a driver at a time, in order, and none for ever. One that has nothing to wait for begins now. */
  #exclusive<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const limited = async () => this.#limited(operation, call());
    const turn = this.#calls === 0 ? limited() : this.#busy.then(limited);
    const done = () => void this.#calls--;
    this.#calls++;
    this.#busy = turn.then(done, done);
    return turn;
  }

  #limited<T>(operation: string, work: Promise<T>): Promise<T> {
    return deadline(
      this.#ports.clock,
      callLimit,
      work,
      () =>
        new Hang("timeout", {
          port: placeName(this.#place),
          operation: `${this.part.id} ${operation}`,
          detail: `nothing within ${callLimit / 1_000} s`,
        }),
    );
  }

  #notReady(operation: string): PortError {
    return new PortError("not-ready", {
      port: placeName(this.#place),
      operation: `${this.part.id} ${operation}`,
    });
  }
}

/** Nothing came back within the limit of a call: to try it again would only block the part for longer. */
class Hang extends PortError {}

const isTransient = (error: unknown) =>
  error instanceof PortError &&
  !(error instanceof Hang) &&
  error.kind !== "wrong-device" &&
  error.kind !== "not-ready";

/** A place in the words of the board: `i2c-1 0x10`, `/dev/ttyAMA0`, `pinctrl-bcm2711:17`. */
export function placeName(place: Place): string {
  switch (place.kind) {
    case "i2c":
      return `i2c-${place.bus} 0x${place.address.toString(16).padStart(2, "0")}`;
    case "serial":
      return place.path;
    case "gpio":
      return `${place.chip}:${place.offset}`;
  }
}
