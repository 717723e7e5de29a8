import type { EventLoop } from "../../loop.ts";
import { type Random, random } from "../../world/random.ts";
import type { World } from "../../world/street.ts";
import type { Trajectory } from "../../world/trajectory.ts";
import { ChargingDevice, devices } from "./device.ts";

export type Socket = "outlet" | "usb1" | "usb2" | "pad";

/** Somebody who sits on the bench. */
export interface Guest {
  readonly id: number;
  readonly kg: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface GuestBook {
  /** Somebody sat down, or got up. */
  onSeated(guest: Guest): void;
  onLeft(guest: Guest): void;
  /** True when nothing hangs on it yet. */
  isFree(socket: Socket): boolean;
  onPlugged(socket: Socket, device: ChargingDevice): void;
  onUnplugged(socket: Socket): void;
}

export const seats = 4;
const hourMs = 3_600_000;
/** Who stops within this of the bench's middle sits down on it, m. */
const reachM = 1;
/** Seconds from sitting down until the phone is plugged in, and from unplugging until getting up. */
const fumbleMs = 6_000;
/** Share of guests who charge something, if there is time for it and a place. */
const chargingShare = 0.5;

/**
 * The people of the world who stop at a bench: they sit down while there is room, some plug something in, and take
 * it with them. Asked of the world hour by hour, as the loop comes there; who they are follows from the seed.
 */
export class Guests {
  readonly #loop: EventLoop;
  readonly #world: World;
  readonly #xM: number;
  readonly #book: GuestBook;
  readonly #seed: string;
  #seated = 0;
  /** Of the last hour: when each came, and of those who left, when and how long they stayed. */
  #cameMs: readonly number[] = [];
  #left: readonly { readonly atMs: number; readonly stayedMs: number }[] = [];
  /** Who sat down since the beginning, with company or alone. */
  sat = 0;

  constructor(
    loop: EventLoop,
    world: World,
    place: { readonly xM: number; readonly name: string },
    book: GuestBook,
  ) {
    this.#loop = loop;
    this.#world = world;
    this.#xM = place.xM;
    this.#seed = place.name;
    this.#book = book;
    this.#expect(loop.now);
  }

  get seated(): number {
    return this.#seated;
  }

  /** Who sat down within the last hour. */
  get cameInHour(): number {
    return this.#cameMs.filter((atMs) => atMs > this.#loop.now - hourMs).length;
  }

  /** How long they stayed on average who got up within the last hour, s; NaN if nobody did. */
  get dwellS(): number {
    const left = this.#left.filter(({ atMs }) => atMs > this.#loop.now - hourMs);
    return left.reduce((sum, { stayedMs }) => sum + stayedMs, 0) / left.length / 1_000;
  }

  #expect(fromMs: number): void {
    const toMs = (Math.floor(fromMs / hourMs) + 1) * hourMs;
    for (const trajectory of this.#world.people.entering(fromMs, toMs)) {
      const stop = stopAt(trajectory, this.#xM);
      if (stop) this.#loop.at(stop.fromMs, () => this.#arrive(trajectory.id, stop));
    }
    this.#loop.at(toMs, () => this.#expect(toMs));
  }

  #arrive(id: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
    if (this.#seated >= seats) return;
    const draws = random(this.#world.seed, `guest ${id} of ${this.#seed}`);
    const guest = { id, kg: bodyKg(draws), fromMs, toMs };
    this.#seated++;
    this.sat++;
    const since = fromMs - hourMs;
    this.#cameMs = [...this.#cameMs.filter((atMs) => atMs > since), fromMs];
    this.#book.onSeated(guest);
    const staysMs = toMs - fromMs;
    if (draws.chance(chargingShare) && staysMs > 4 * fumbleMs)
      this.#loop.at(fromMs + fumbleMs, () => this.#plugIn(guest, draws));
    this.#loop.at(toMs, () => {
      this.#seated--;
      this.#left = [
        ...this.#left.filter(({ atMs }) => atMs > toMs - hourMs),
        { atMs: toMs, stayedMs: staysMs },
      ];
      this.#book.onLeft(guest);
    });
  }

  #plugIn(guest: Guest, draws: Random): void {
    const wish = draws.uniform();
    const charge = draws.uniform(0.1, 0.85);
    const sockets: readonly Socket[] =
      wish < 0.2 ? ["outlet"] : wish < 0.4 ? ["pad", "usb1"] : ["usb1", "usb2", "pad"];
    const socket = sockets.find((one) => this.#book.isFree(one));
    if (!socket) return;
    const make = socket === "outlet" ? devices.laptop : socket === "pad" ? devices.padPhone : devices.phone;
    this.#book.onPlugged(socket, new ChargingDevice(make, charge, this.#loop.now));
    this.#loop.at(guest.toMs - fumbleMs, () => this.#book.onUnplugged(socket));
  }
}

/** The first time that somebody stands still at the bench. */
function stopAt({ timesMs, positionsM }: Trajectory, xM: number) {
  for (let at = 1; at < timesMs.length; at++) {
    const isStanding = positionsM[at] === positionsM[at - 1];
    if (isStanding && Math.abs(positionsM[at]! - xM) <= reachM)
      return { fromMs: timesMs[at - 1]!, toMs: timesMs[at]! };
  }
  return undefined;
}

/** One in ten is a child. */
function bodyKg(draws: Random): number {
  const isChild = draws.chance(0.1);
  const kg = isChild ? draws.normal(32, 5) : draws.normal(75, 13);
  return Math.min(115, Math.max(24, kg));
}
