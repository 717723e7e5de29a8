import type { EventLoop } from "../../loop.ts";

/** From down to up in this time, driven by a 12 V gear motor. */
export const travelMs = 5_500;
const currentA = { raising: 3.4, lowering: 2.1, stalled: 13, inrush: 9 } as const;
const inrushMs = 150;

type Motion = -1 | 0 | 1;

/** A ground lock: an arm that a motor raises and lowers, with a limit switch at each end. */
export class LockMechanics {
  readonly #loop: EventLoop;
  readonly #isCovered: (atMs: number) => boolean;
  readonly #onChange: () => void;
  /** 0 is down, 1 is up. */
  #position = 0;
  #motion: Motion = 0;
  #sinceMs: number;
  /** Something that it cannot push away holds it here. */
  #heldAt: number | undefined;
  #riseUnderMs = 0;
  #rises = 0;
  #reversals = 0;
  #cancelEnd: () => void = () => {};

  /** @param isCovered whether a vehicle stands over it, @param onChange called when a limit switch may have moved */
  constructor(loop: EventLoop, isCovered: (atMs: number) => boolean, onChange: () => void) {
    this.#loop = loop;
    this.#isCovered = isCovered;
    this.#onChange = onChange;
    this.#sinceMs = loop.now;
  }

  /** What the relays of the motor say; both at once is a short circuit, and moves nothing. */
  drive(raise: boolean, lower: boolean): void {
    const motion: Motion = raise === lower ? 0 : raise ? 1 : -1;
    if (motion === this.#motion) return;
    this.#settle();
    if (motion === 1) this.#rises++;
    if (motion !== 0 && this.#motion === -motion) this.#reversals++;
    this.#motion = motion;
    this.#sinceMs = this.#loop.now;
    this.#plan();
  }

  /** Something holds it where it is, from now on. */
  hold(): void {
    this.#settle();
    this.#heldAt = this.#position;
    this.#plan();
  }

  release(): void {
    this.#settle();
    this.#heldAt = undefined;
    this.#plan();
  }

  /** 0 is down, 1 is up. */
  get position(): number {
    if (this.#motion === 0 || this.#heldAt !== undefined) return this.#position;
    const moved = (this.#motion * (this.#loop.now - this.#sinceMs)) / travelMs;
    return Math.min(1, Math.max(0, this.#position + moved));
  }

  get isUp(): boolean {
    return this.position > 0.995;
  }

  get isDown(): boolean {
    return this.position < 0.005;
  }

  get motorA(): number {
    if (this.#motion === 0) return 0;
    const { position } = this;
    const isAtEnd = this.#motion === 1 ? position >= 1 : position <= 0;
    if (isAtEnd || this.#heldAt !== undefined) return currentA.stalled;
    if (this.#loop.now - this.#sinceMs < inrushMs) return currentA.inrush;
    return this.#motion === 1 ? currentA.raising : currentA.lowering;
  }

  /** Seconds for which it moved up with a vehicle over it. */
  get riseUnderVehicleSeconds(): number {
    this.#settle();
    return this.#riseUnderMs / 1_000;
  }

  get rises(): number {
    return this.#rises;
  }

  /** Times that the motor was reversed without standing still. */
  get reversals(): number {
    return this.#reversals;
  }

  /** Takes the motion up to now into account. */
  #settle(): void {
    const { now } = this.#loop;
    const { position } = this;
    if (this.#motion === 1 && position > this.#position)
      for (let atMs = this.#sinceMs; atMs < now; atMs += 50)
        if (this.#isCovered(atMs)) this.#riseUnderMs += Math.min(50, now - atMs);
    this.#position = position;
    this.#sinceMs = this.#motion === 0 ? this.#sinceMs : now;
  }

  /** Limit switches move at the ends, and when it leaves them. */
  #plan(): void {
    this.#cancelEnd();
    this.#onChange();
    if (this.#motion === 0 || this.#heldAt !== undefined) return;
    const way = this.#motion === 1 ? 1 - this.#position : this.#position;
    const leaves = this.#loop.at(this.#loop.now + 0.02 * travelMs, () => this.#onChange());
    const arrives = this.#loop.at(this.#loop.now + way * travelMs, () => this.#onChange());
    this.#cancelEnd = () => {
      leaves();
      arrives();
    };
  }
}
