import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Board } from "#sim/board.ts";
import type { EventLoop } from "#sim/loop.ts";
import type { SerialTarget, VirtualSerialLine } from "#sim/ports/serial.ts";
import { i2cBus, serialPath, serialSpeed } from "./wiring.ts";

/** What is to be done to a board's wires from their far side. */
export type Deed =
  | { readonly what: "send"; readonly bytes: readonly number[] }
  | { readonly what: "hold-line" | "unplug-line" | "renew-line" | "hold-bus" | "release-bus" };

/** What is told of there. */
export type Told =
  | { readonly done: number }
  | { readonly heard: readonly number[] }
  | { readonly isListenedTo: boolean };

/**
 * The far side of a board's serial line and bus, in the hands of the program that has their near side: it says what is
 * to be done, and hears what came over, as lines of JSON at a unix socket.
 */
export class FarSide implements SerialTarget {
  readonly speed = serialSpeed;
  readonly #board: Board;
  readonly #line: VirtualSerialLine;
  readonly #visitors = new Set<Socket>();
  readonly #server: Server;

  constructor(board: Board, loop: EventLoop) {
    this.#board = board;
    this.#line = board.serial(serialPath, this);
    this.#server = createServer((visitor) => {
      this.#visitors.add(visitor);
      visitor.once("close", () => this.#visitors.delete(visitor));
      visitor.on("error", () => visitor.destroy());
      createInterface(visitor).on("line", (words) => {
        const { id, deed } = JSON.parse(words) as { readonly id: number; readonly deed: Deed };
        loop.fromOutside(() => {
          this.#perform(deed);
          this.#tell({ done: id });
        });
      });
    });
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(path, resolve);
    });
  }

  receive(bytes: Uint8Array): void {
    this.#tell({ heard: [...bytes] });
  }

  listening(isListenedTo: boolean): void {
    this.#tell({ isListenedTo });
  }

  close(): void {
    this.#server.close();
    for (const visitor of this.#visitors) visitor.destroy();
  }

  #perform(deed: Deed): void {
    const cable = this.#board.cables.get(serialPath)!;
    const bus = this.#board.i2c(i2cBus);
    if (deed.what === "send") this.#line.send(Uint8Array.from(deed.bytes));
    else if (deed.what === "hold-line") cable.hold();
    else if (deed.what === "unplug-line") this.#unplug();
    else if (deed.what === "hold-bus") bus.hold("timeout");
    else if (deed.what === "release-bus") bus.release();
    else {
      cable.release();
      cable.replug();
    }
  }

  /** Those at the far end are not told: to them it is a line where nobody speaks. */
  #unplug(): void {
    this.#line.unplug();
    this.listening(this.#line.isListenedTo);
  }

  #tell(told: Told): void {
    for (const visitor of this.#visitors) visitor.write(`${JSON.stringify(told)}\n`);
  }
}
