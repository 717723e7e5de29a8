import { type FileHandle, open, readFile } from "node:fs/promises";

/** Follows a file that another kernel appends to: nothing tells this one of it, so somebody has to look. */
export class Tail<Stream> {
  readonly #path: string;
  readonly #stream: Stream;
  readonly #onLine: ((line: string, stream: Stream) => void) | undefined;
  readonly #decoder = new TextDecoder();
  #file: FileHandle | undefined;
  #begun = "";
  #looking: Promise<void> | undefined;

  /** @param stream what `onLine` is told of whose line it is */
  constructor(path: string, stream: Stream, onLine: ((line: string, stream: Stream) => void) | undefined) {
    this.#path = path;
    this.#stream = stream;
    this.#onLine = onLine;
  }

  /** Tells of the lines that have been finished since the last look. */
  async look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** Tells of the rest, and resolves with the whole file; empty when there is none. */
  async end(): Promise<string> {
    await this.#looking;
    await this.look();
    if (this.#begun !== "") this.#onLine?.(this.#begun, this.#stream);
    return await readFile(this.#path, "utf8").catch(() => "");
  }

  async close(): Promise<void> {
    await this.#looking;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #read(): Promise<void> {
    this.#file ??= await open(this.#path, "r").catch(() => undefined);
    if (!this.#file || !this.#onLine) return;
    const bytes = Buffer.alloc(65_536);
    for (;;) {
      const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, null);
      if (bytesRead === 0) return;
      const lines = (
        this.#begun + this.#decoder.decode(bytes.subarray(0, bytesRead), { stream: true })
      ).split("\n");
      this.#begun = lines.pop()!;
      for (const line of lines) this.#onLine(line, this.#stream);
    }
  }
}
