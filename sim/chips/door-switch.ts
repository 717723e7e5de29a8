import { doorSwitch } from "#devices/chips/door-switch.ts";
import { GpioTwin } from "./gpio-twin.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Reed contacts bounce for a millisecond or two. */
const bounceMsMax = 2;
const bouncesMax = 3;

/**
 * Reed contact of a door, from 3.3 V to a line with a pull-down: closed it drives the line high, open it lets it
 * float. Each change bounces.
 */
export class DoorSwitchTwin extends GpioTwin {
  readonly part = doorSwitch;
  readonly honesty = { modelled: ["contact bounce"], tagged: ["contact resistance"] };
  protected readonly cutState = 1;
  #isOpen = false;

  constructor(environment: TwinEnvironment) {
    super(doorSwitch, environment);
    this.drive(1);
  }

  /** It needs no supply. */
  brownOut(): void {}

  protected get state(): number {
    return this.#isOpen ? 1 : 0;
  }

  protected look(): void {
    if (this.isTrue === this.#isOpen) return;
    this.#isOpen = this.isTrue;
    this.#settle();
    const { loop, random } = this.environment;
    const edges = 2 * Math.floor(random() * (bouncesMax + 1));
    for (let edge = 0; edge < edges; edge++) {
      const atMs = loop.now + ((edge + random()) / edges) * bounceMsMax;
      loop.at(atMs, () => (edge % 2 === 0 ? this.#bounce() : this.#settle()));
    }
  }

  #bounce(): void {
    this.drive(this.#isOpen ? 1 : undefined);
  }

  #settle(): void {
    this.drive(this.#isOpen ? undefined : 1);
  }
}

export const twin = {
  part: doorSwitch,
  create: (environment: TwinEnvironment) => new DoorSwitchTwin(environment),
} satisfies TwinDefinition;
