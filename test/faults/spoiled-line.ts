import type { LineSpeed, SerialLine, SerialPortPort } from "#devices/ports/serial.ts";

/** What becomes of the bytes that arrive together: the chunks in which the process hears them. */
export type Spoiling = (chunk: Uint8Array) => readonly Uint8Array[];

const joined = (...chunks: readonly Uint8Array[]) => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
const firstHalf = (chunk: Uint8Array) => chunk.subarray(0, Math.ceil(chunk.length / 2));

/** Ways in which a line brings other bytes, or the same ones otherwise than they were sent. */
export const spoilings: Readonly<Record<string, (random: () => number) => Spoiling>> = {
  "partial frames": () => (chunk) => [firstHalf(chunk)],
  "frames cut by another": () => (chunk) => [joined(firstHalf(chunk), chunk)],
  "merged frames": () => {
    let held: Uint8Array | undefined;
    return (chunk) => {
      const before = held;
      held = before ? undefined : chunk;
      return before ? [joined(before, chunk)] : [];
    };
  },
  "single bytes": () => (chunk) => [...chunk].map((byte) => Uint8Array.of(byte)),
  "bytes of 0x00": () => (chunk) => [new Uint8Array(chunk.length)],
  "bytes of 0xFF": () => (chunk) => [new Uint8Array(chunk.length).fill(0xff)],
  "random bytes": (random) => (chunk) => [chunk.map(() => Math.floor(random() * 256))],
};

/** The serial lines of a board, each of which can be made to spoil what it brings. */
export class SpoiledLines {
  readonly #spoilings = new Map<string, Spoiling>();

  spoil(path: string, spoiling: Spoiling): void {
    this.#spoilings.set(path, spoiling);
  }

  mend(path: string): void {
    this.#spoilings.delete(path);
  }

  over(port: SerialPortPort): SerialPortPort {
    const open = async (path: string, speed: LineSpeed): Promise<SerialLine> => {
      const line = await port.open(path, speed);
      const heard = (chunk: Uint8Array) => this.#spoilings.get(path)?.(chunk) ?? [chunk];
      return {
        path,
        get isOpen() {
          return line.isOpen;
        },
        write: (bytes, limit) => line.write(bytes, limit),
        flush: () => line.flush(),
        onClose: (listener) => line.onClose(listener),
        onData: (listener) => line.onData((chunk) => heard(chunk).forEach(listener)),
        close: () => line.close(),
      };
    };
    return { open };
  }
}
