import { dirname } from "node:path";
import type { Call } from "./trace.ts";

/**
 * What a reboot may find:
 * - `strict`: what fsync promised and nothing else, names included;
 * - `metadata-first`: all names, and of the contents what was synced (ext4 `data=writeback`, XFS);
 * - `torn`: everything, but the last write stopped at its first byte, in the middle, or before its last byte;
 * - `all-written`: everything, as after a plain kill.
 */
export type Model = "strict" | "metadata-first" | "torn" | "all-written";

export interface Image {
  readonly model: Model;
  /** Path to content. */
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Inode {
  written: Buffer;
  durable: Buffer;
}

/** A file system that knows of every byte and name whether it is durable. */
export class Disk {
  readonly #names = new Map<string, Inode>();
  readonly #durableNames = new Map<string, Inode>();
  /** The content of the last written file before that write. */
  #before: Buffer = Buffer.alloc(0);

  apply(call: Call): void {
    switch (call.call) {
      case "open":
        if (call.created && !this.#names.has(call.path))
          this.#names.set(call.path, { written: Buffer.alloc(0), durable: Buffer.alloc(0) });
        if (call.truncated) this.#inode(call.path).written = Buffer.alloc(0);
        return;
      case "write":
        this.#before = this.#inode(call.path).written;
        this.#inode(call.path).written = patched(this.#inode(call.path).written, call.offset, call.bytes);
        return;
      case "truncate":
        this.#inode(call.path).written = resized(this.#inode(call.path).written, call.size);
        return;
      case "sync":
        this.#sync(call.path);
        return;
      case "rename":
        this.#names.set(call.to, this.#inode(call.from));
        this.#names.delete(call.from);
        return;
      case "unlink":
        this.#names.delete(call.path);
        return;
      case "mkdir":
      case "print":
        return;
    }
  }

  /** What a power cut right after `last` may leave, which is applied already. */
  *images(last: Call): Generator<Image> {
    const contents = (names: ReadonlyMap<string, Inode>, pick: "written" | "durable") =>
      new Map([...names].map(([path, inode]) => [path, inode[pick]]));
    yield { model: "strict", files: contents(this.#durableNames, "durable") };
    yield { model: "metadata-first", files: contents(this.#names, "durable") };
    yield { model: "all-written", files: contents(this.#names, "written") };
    if (last.call !== "write") return;
    const all = contents(this.#names, "written");
    const torn = (length: number) => patched(this.#before, last.offset, last.bytes.subarray(0, length));
    for (const length of new Set([1, last.bytes.length >> 1, last.bytes.length - 1]))
      yield { model: "torn", files: new Map(all).set(last.path, torn(length)) };
  }

  /** fsync(2) of a file makes its content durable; of a directory, the names in it. */
  #sync(path: string): void {
    const inode = this.#names.get(path);
    if (inode !== undefined) {
      inode.durable = inode.written;
      return;
    }
    for (const name of this.#durableNames.keys()) if (dirname(name) === path) this.#durableNames.delete(name);
    for (const [name, entry] of this.#names) if (dirname(name) === path) this.#durableNames.set(name, entry);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw new Error(`the trace uses ${path}, which it never made`);
    return inode;
  }
}

function patched(content: Buffer, offset: number, bytes: Buffer): Buffer {
  const result = resized(content, Math.max(content.length, offset + bytes.length));
  bytes.copy(result, offset);
  return result;
}

function resized(content: Buffer, size: number): Buffer {
  const result = Buffer.alloc(size);
  content.copy(result, 0, 0, size);
  return result;
}
