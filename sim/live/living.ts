import type { Message } from "#devices/ports/link.ts";
import type { Broker } from "../broker.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualBroker } from "../ports/link.ts";
import { scheduleCommands } from "../scenario/commands.ts";
import { scheduleDeploys } from "../scenario/deploys.ts";
import { layOut } from "../scenario/lay-out.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Network } from "../street/simulated-unit.ts";
import type { Street } from "../street/street.ts";
import type { Outage } from "../world/mains.ts";
import { Bridge } from "./bridge.ts";
import { FaultsUnderWay } from "./faults-under-way.ts";
import { type Deed, Recording } from "./recording.ts";
import { Stride } from "./stride.ts";

export interface LivingOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly version: string;
  /** Virtual seconds per real one. */
  readonly speed: number;
  /** The real broker, where Node-RED is: the street's own broker is in virtual time, and bridged to it. */
  readonly far: Broker;
  /** Real monotonic ms, and real Unix ms. */
  readonly realNowMs: () => number;
  readonly realWallMs: () => number;
  /** The real broker did not come back. */
  readonly onTrouble: (what: string) => void;
}

const encode = (text: string) => new TextEncoder().encode(text);

/**
 * A street that somebody lives in: laid out from a scenario and a seed, with all that comes from outside recorded. What
 * it does follows from scenario, seed and recording alone, however fast its time went: `replay` relies on it.
 */
export class Living {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly street: Street;
  readonly stride: Stride;
  readonly recording = new Recording();
  readonly faults: FaultsUnderWay;
  readonly #broker: VirtualBroker;
  readonly #bridge: Bridge;
  readonly #far: FarBroker;

  /** The street of a scenario, not yet begun. */
  static async of(options: LivingOptions): Promise<Living> {
    const { scenario, seed, version, realWallMs } = options;
    const outages: Outage[] = [];
    const far = new FarBroker(options.far, options.onTrouble);
    let living: Living | undefined;
    let broker: VirtualBroker | undefined;
    const street = await layOut(scenario, seed, { version, outages }, (loop) => {
      const clock = new VirtualClock(loop);
      clock.setWall(loop.now, "network");
      broker = new VirtualBroker(clock, { onRouted: (message) => living?.goesOut(message) });
      return { network: networkOf(broker, far), cityLink: broker.port({ clock }) };
    });
    const stride = new Stride(street.loop, options.speed, options.realNowMs);
    living = new Living(options, { street, stride, outages, broker: broker!, far, realWallMs });
    return living;
  }

  private constructor(
    { scenario, seed, far }: LivingOptions,
    made: {
      readonly street: Street;
      readonly stride: Stride;
      readonly outages: Outage[];
      readonly broker: VirtualBroker;
      readonly far: FarBroker;
      readonly realWallMs: () => number;
    },
  ) {
    const { street, stride } = made;
    this.scenario = scenario;
    this.seed = seed;
    this.street = street;
    this.stride = stride;
    this.faults = new FaultsUnderWay(street, made.outages, scenario);
    this.#broker = made.broker;
    this.#far = made.far;
    const near = {
      broker: made.broker,
      nowMs: () => street.loop.now,
      speed: () => stride.speed,
      realWallMs: made.realWallMs,
      nextCommandId: () => street.nextCommandId(),
      receive: ({ topic, payload, retain }: Message) =>
        this.live({ type: "message", topic, payload: new TextDecoder().decode(payload), retain }),
    };
    this.#bridge = new Bridge(near, far);
  }

  /** Starts every unit, and lets time go. */
  begin(): void {
    this.faults.schedule(this.scenario.faults, (id) =>
      this.live({ type: "fault", id, active: false, amount: undefined }),
    );
    scheduleCommands(this.scenario.commands, this.street);
    scheduleDeploys(this.scenario.deploys, this.street);
    void this.street.start();
    this.stride.begin();
  }

  /** Node-RED and whoever else is outside see the street from now on, and reach it. */
  async openBridge(): Promise<void> {
    await this.#far.attach();
    this.#bridge.open();
  }

  goesOut(message: Message): void {
    this.#bridge.goesOut(message);
  }

  /** Time stands for good; nothing comes out any more. */
  async close(): Promise<void> {
    this.#bridge.close();
    this.#far.detach();
    await this.stride.end();
  }

  /** What is done from outside happens now, and is recorded. RequestError when it cannot be: nothing happened then. */
  live(deed: Deed): void {
    if (deed.type === "message") {
      const { topic, payload, retain } = deed;
      this.#broker.inject({ topic, payload: encode(payload), retain });
    } else if (!this.faults.set(deed.id, deed.active, deed.amount)) return;
    this.recording.add({ atMs: this.street.loop.now, deed });
  }
}

/** The real broker goes away with the street's own, while the bridge is open; a street on its way does not touch it. */
class FarBroker {
  readonly #broker: Broker;
  readonly #onTrouble: (what: string) => void;
  #isAttached = false;
  #isAway = false;

  constructor(broker: Broker, onTrouble: (what: string) => void) {
    this.#broker = broker;
    this.#onTrouble = onTrouble;
  }

  async attach(): Promise<void> {
    this.#isAttached = true;
    await this.#follow();
  }

  detach(): void {
    this.#isAttached = false;
  }

  away(isAway: boolean): void {
    this.#isAway = isAway;
    if (this.#isAttached) void this.#follow();
  }

  async #follow(): Promise<void> {
    try {
      await (this.#isAway ? this.#broker.stop() : this.#broker.start());
    } catch (error) {
      this.#onTrouble((error as Error).message);
    }
  }
}

const networkOf = (broker: VirtualBroker, far: FarBroker): Network => ({
  link: (clock) => broker.port({ clock }),
  cut: (clientId) => broker.cut(clientId),
  away: () => {
    broker.stop();
    far.away(true);
  },
  back: () => {
    broker.start();
    far.away(false);
  },
  stall: () => broker.stall(),
  resume: () => broker.resume(),
  dropPuback: (count) => broker.dropPuback(count),
});
