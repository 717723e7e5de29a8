import type { Duration } from "#devices/duration.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import { PortError } from "#devices/ports/error.ts";
import type { LineSpeed, SerialLine, SerialPortPort } from "#devices/ports/serial.ts";
import { openError } from "#firmware/ports/serial-error.ts";
import type { KernelFaults, NodeFaults } from "./kernel-faults.ts";
import type { HeldLine, NearEnd, SerialCable } from "./serial.ts";
import { sampled } from "./serial-wire.ts";

/** The serial port of a simulated board, over the cables that it was given. @param faults where calls can fail as a kernel's */
export function virtualSerialPort(
  cables: ReadonlyMap<string, SerialCable>,
  faults?: KernelFaults,
): SerialPortPort {
  return {
    async open(path, speed) {
      const cable = cables.get(path);
      if (!cable)
        throw new PortError("bus", {
          port: path,
          operation: "open",
          detail: `this board has ${[...cables.keys()].join(", ") || "no serial line"}`,
        });
      const node = faults?.node(path);
      if (node?.isTroubled) await configured(node, path, speed);
      return new OpenSerialLine(cable, speed, node);
    },
  };
}

/** serialport opens the line, then sets it. */
async function configured(node: NodeFaults, path: string, speed: LineSpeed): Promise<void> {
  for (const call of ["open", "ioctl"] as const)
    await node.enter(call).catch((cause: Error) => {
      throw openError(path, speed, cause);
    });
}

class OpenSerialLine implements SerialLine, NearEnd {
  readonly path: string;
  readonly speed: LineSpeed;
  readonly #node: NodeFaults | undefined;
  readonly #held: HeldLine;
  readonly #dataListeners = new Set<(chunk: Uint8Array) => void>();
  readonly #closeListeners = new Set<() => void>();
  #open = true;

  constructor(cable: SerialCable, speed: LineSpeed, node: NodeFaults | undefined) {
    this.path = cable.path;
    this.speed = speed;
    this.#node = node;
    this.#held = cable.take(this);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  get isListening(): boolean {
    return this.#dataListeners.size > 0;
  }

  deliver(wire: Uint8Array, sent: LineSpeed): void {
    const met = this.#node?.isTroubled ? this.#node.meet("read", () => this.deliver(wire, sent)) : undefined;
    if (met === "hangs") return;
    if (met) {
      this.#end();
      return;
    }
    const chunk = sampled(wire, sent, this.speed);
    for (const listener of [...this.#dataListeners]) listener(chunk);
  }

  lost(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const listener of [...this.#closeListeners]) listener();
  }

  async write(bytes: Uint8Array, limit: Duration): Promise<void> {
    if (!this.#open) throw closedError(this.path);
    if (this.#node?.isTroubled) await this.#written(this.#node);
    await this.#held.transmit(bytes, limit);
  }

  async flush(): Promise<void> {
    // A virtual line holds nothing back: what nobody listened to is lost already.
  }

  onData(listener: (chunk: Uint8Array) => void): Cancel {
    this.#dataListeners.add(listener);
    if (this.#dataListeners.size === 1) this.#held.listening(true);
    return () => {
      if (this.#dataListeners.delete(listener) && this.#dataListeners.size === 0) this.#held.listening(false);
    };
  }

  onClose(listener: () => void): Cancel {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#open) this.#end();
  }

  /** serialport takes a read or a write that fails for an adapter that was pulled, and closes the line. */
  async #written(node: NodeFaults): Promise<void> {
    await node.enter("write").catch((cause: Error) => {
      this.#end();
      throw closedError(this.path, cause.message);
    });
  }

  #end(): void {
    if (this.isListening) this.#held.listening(false);
    this.#held.closed();
    this.lost();
  }
}

export const closedError = (path: string, detail = "closed") =>
  new PortError("not-ready", { port: path, operation: "write", detail });
