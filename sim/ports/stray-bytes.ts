import type { Cancel } from "#devices/ports/clock.ts";
import type { EventLoop } from "../loop.ts";
import type { SerialCable } from "./serial.ts";

const strays = new WeakMap<SerialCable, Cancel>();

/** Fault: a line brings bytes that nobody sent, as one that floats beside a motor's cable does, until `quiet`. */
export function strayBytes(
  cable: SerialCable,
  loop: EventLoop,
  bytesPerSecond: number,
  random: () => number,
): void {
  quiet(cable);
  const next = () => {
    cable.stray(Uint8Array.of(Math.floor(random() * 256)));
    wait();
  };
  const wait = () => void strays.set(cable, loop.at(loop.now + 1_000 / bytesPerSecond, next));
  wait();
}

/** Nobody is heard but who talks. */
export function quiet(cable: SerialCable): void {
  strays.get(cable)?.();
  strays.delete(cable);
}
