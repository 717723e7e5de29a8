import { type Store, StoreError, type StoreFile } from "#devices/ports/store.ts";
import { checkName, checkSpan } from "./store-checks.ts";

/** A Store for want of a better one, when the medium takes nothing any more: it ends with the process. */
export class MemoryStore implements Store {
  readonly #files = new Map<string, Uint8Array>();

  async list(): Promise<string[]> {
    return [...this.#files.keys()].sort();
  }

  async create(name: string, size: number): Promise<StoreFile> {
    checkName(name);
    this.#files.set(name, new Uint8Array(size));
    return this.open(name);
  }

  async open(name: string): Promise<StoreFile> {
    checkName(name);
    return new MemoryFile(name, this.#existing(name, "open"));
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    checkName(name);
    return this.#files.get(name)?.slice();
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    checkName(name);
    this.#files.set(name, bytes.slice());
  }

  async remove(name: string): Promise<void> {
    checkName(name);
    this.#existing(name, "remove");
    this.#files.delete(name);
  }

  #existing(name: string, operation: string): Uint8Array {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw new StoreError("missing", name, operation);
    return bytes;
  }
}

class MemoryFile implements StoreFile {
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array;
  #open = true;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.size = bytes.length;
    this.#bytes = bytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.#check("read", offset, length);
    return this.#bytes.slice(offset, offset + length);
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    this.#check("write", offset, bytes.length);
    this.#bytes.set(bytes, offset);
  }

  async sync(): Promise<void> {
    this.#check("sync", 0, 0);
  }

  async close(): Promise<void> {
    this.#check("close", 0, 0);
    this.#open = false;
  }

  #check(operation: string, offset: number, length: number): void {
    if (!this.#open) throw new StoreError("io", this.name, operation);
    checkSpan(this.name, this.size, offset, length);
  }
}
