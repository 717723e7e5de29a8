import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Deed, Told } from "./far-side.ts";

const variable = "PLINTH_FAR_SIDE";

/** In the environment of a program that is to visit the far side at this socket. */
export const farSideEnv = (path: string) => ({ [variable]: path });

/** Who is at the far side of the wires of which this process has the near side. */
export class FarSideVisitor {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, () => void>();
  #asked = 0;
  #heard: number[] = [];
  #isListenedTo = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface(socket).on("line", (words) => this.#told(JSON.parse(words) as Told));
  }

  static connect(): Promise<FarSideVisitor> {
    return new Promise((resolve, reject) => {
      const socket = connect(process.env[variable] ?? "");
      socket.once("connect", () => resolve(new FarSideVisitor(socket)));
      socket.once("error", reject);
    });
  }

  /** What came over the serial line since this visitor came. */
  get heard(): Uint8Array {
    return Uint8Array.from(this.#heard);
  }

  /** Whether the serial line's near end is open. */
  get isListenedTo(): boolean {
    return this.#isListenedTo;
  }

  /** Resolves when it is done. */
  perform(deed: Deed): Promise<void> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.write(`${JSON.stringify({ id, deed })}\n`);
    });
  }

  leave(): void {
    this.#socket.destroy();
  }

  #told(told: Told): void {
    if ("heard" in told) this.#heard.push(...told.heard);
    else if ("isListenedTo" in told) this.#isListenedTo = told.isListenedTo;
    else this.#waiting.get(told.done)?.();
  }
}
