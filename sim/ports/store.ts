import { type Store, StoreError, type StoreErrorKind, type StoreFile } from "#devices/ports/store.ts";
import { checkName, checkSpan } from "#firmware/ports/store-checks.ts";
import { random } from "../world/random.ts";
import { SparseBytes } from "./sparse-bytes.ts";

/**
 * A board's medium: its content outlives the processes that use it, each of which mounts it anew.
 *
 * What was synced stays. At a power cut every sector (512 bytes) that was written since then is, by the seed,
 * kept, lost, or torn: a part of it new, the rest as it was. Directory operations are durable when they resolve.
 * Calls take effect at once and resolve in microtasks; calls of a process that lost its power never settle.
 */
export class VirtualStore {
  #files = new Map<string, SparseBytes>();
  #life = 0;
  #freeBytes = Number.POSITIVE_INFINITY;
  #readOnly = false;
  #writesToFailure = 0;
  #syncsToFailure = 0;
  /** Sectors that reached the medium, rewritten ones each time: what wears an SD card. */
  sectorsWritten = 0;
  syncs = 0;
  /** Called before anything takes effect on the medium: where a test may cut the power. */
  onChange: (operation: string, name: string) => void = () => {};

  /** The store as a process sees it until the next power cut. */
  mount(): Store {
    this.#life += 1;
    return new MountedStore(this, this.#life);
  }

  /** Ends the process's hold on the medium, and leaves of the unsynced bytes what `seed` draws. */
  powerCut(seed: number): void {
    this.#life += 1;
    const draw = random(seed, "power cut");
    for (const name of [...this.#files.keys()].sort()) this.#files.get(name)!.cut(draw);
  }

  /** A second medium that holds what a power cut at this instant would leave; this one goes on. */
  image(seed: number): VirtualStore {
    const copy = new VirtualStore();
    for (const [name, bytes] of this.#files) copy.#files.set(name, bytes.clone());
    copy.#freeBytes = this.#freeBytes;
    copy.powerCut(seed);
    return copy;
  }

  /** From now on new files may take `bytesFree` more bytes. */
  fill(bytesFree: number): void {
    this.#freeBytes = bytesFree;
  }

  /** The k-th change from now (write, create, replace or remove; 1 is the next) fails with `io`, half done. */
  failWrite(k: number): void {
    this.#writesToFailure = k;
  }

  /** The k-th sync from now fails, and its bytes are gone for good, though reads still show them. */
  failSync(k: number): void {
    this.#syncsToFailure = k;
  }

  /** As a kernel remounts a file system whose medium fails (ext4 `errors=remount-ro`). */
  readOnly(value = true): void {
    this.#readOnly = value;
  }

  /** Inverts bits of one byte, as a worn cell does. */
  corrupt(name: string, offset: number, mask: number): void {
    this.#file(name, "corrupt").corrupt(offset, mask);
  }

  isCurrent(life: number): boolean {
    return life === this.#life;
  }

  names(): string[] {
    return [...this.#files.keys()].sort();
  }

  find(name: string): SparseBytes | undefined {
    return this.#files.get(name);
  }

  create(name: string, size: number): SparseBytes {
    this.#change("create", name);
    this.#reserve("create", name, size);
    const bytes = new SparseBytes(size);
    this.#files.set(name, bytes);
    return bytes;
  }

  replace(name: string, content: Uint8Array): void {
    this.#change("replace", name);
    this.#reserve("replace", name, content.length);
    const bytes = new SparseBytes(content.length);
    bytes.write(0, content);
    this.sectorsWritten += bytes.sync();
    this.#files.set(name, bytes);
  }

  remove(name: string): void {
    this.#file(name, "remove");
    this.#change("remove", name);
    this.#freeBytes += this.#file(name, "remove").size;
    this.#files.delete(name);
  }

  open(name: string): SparseBytes {
    return this.#file(name, "open");
  }

  write(name: string, bytes: SparseBytes, offset: number, content: Uint8Array): void {
    try {
      this.#change("write", name);
    } catch (error) {
      if (error !== powerLost && !this.#readOnly)
        bytes.write(offset, content.subarray(0, content.length >> 1));
      throw error;
    }
    bytes.write(offset, content);
  }

  sync(name: string, bytes: SparseBytes): void {
    this.#announce("sync", name);
    if (this.#syncsToFailure > 0 && --this.#syncsToFailure === 0) {
      bytes.forsake();
      throw failure("io", name, "sync");
    }
    this.syncs += 1;
    this.sectorsWritten += bytes.sync();
  }

  #change(operation: string, name: string): void {
    this.#announce(operation, name);
    if (this.#readOnly) throw failure("read-only", name, operation);
    if (this.#writesToFailure > 0 && --this.#writesToFailure === 0) throw failure("io", name, operation);
  }

  #announce(operation: string, name: string): void {
    const life = this.#life;
    this.onChange(operation, name);
    if (life !== this.#life) throw powerLost;
  }

  /** The new file stands beside the old until it takes its name, so that both need space for a moment. */
  #reserve(operation: string, name: string, size: number): void {
    if (size > this.#freeBytes) throw failure("full", name, operation);
    this.#freeBytes += (this.#files.get(name)?.size ?? 0) - size;
  }

  #file(name: string, operation: string): SparseBytes {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw failure("missing", name, operation);
    return bytes;
  }
}

/** The power went just before a call took effect. */
const powerLost = new Error("the power was cut");

const failure = (kind: StoreErrorKind, name: string, operation: string) =>
  new StoreError(kind, name, operation);

/** One process's view. A call made, or still unanswered, after the power went never settles: nobody is there. */
class MountedStore implements Store {
  readonly #medium: VirtualStore;
  readonly #life: number;

  constructor(medium: VirtualStore, life: number) {
    this.#medium = medium;
    this.#life = life;
  }

  list(): Promise<string[]> {
    return this.attempt(() => this.#medium.names());
  }

  create(name: string, size: number): Promise<StoreFile> {
    return this.attempt(() => {
      checkName(name);
      return new MountedFile(this, this.#medium, name, this.#medium.create(name, size));
    });
  }

  open(name: string): Promise<StoreFile> {
    return this.attempt(() => {
      checkName(name);
      return new MountedFile(this, this.#medium, name, this.#medium.open(name));
    });
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return this.attempt(() => {
      checkName(name);
      const bytes = this.#medium.find(name);
      return bytes?.read(0, bytes.size);
    });
  }

  replace(name: string, bytes: Uint8Array): Promise<void> {
    return this.attempt(() => {
      checkName(name);
      this.#medium.replace(name, bytes);
    });
  }

  remove(name: string): Promise<void> {
    return this.attempt(() => {
      checkName(name);
      this.#medium.remove(name);
    });
  }

  attempt<T>(work: () => T): Promise<T> {
    if (!this.#medium.isCurrent(this.#life)) return new Promise(() => {});
    try {
      return Promise.resolve(work());
    } catch (error) {
      return error === powerLost ? new Promise(() => {}) : Promise.reject(error);
    }
  }
}

class MountedFile implements StoreFile {
  readonly name: string;
  readonly size: number;
  readonly #store: MountedStore;
  readonly #medium: VirtualStore;
  readonly #bytes: SparseBytes;
  #open = true;

  constructor(store: MountedStore, medium: VirtualStore, name: string, bytes: SparseBytes) {
    this.name = name;
    this.size = bytes.size;
    this.#store = store;
    this.#medium = medium;
    this.#bytes = bytes;
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#attempt("read", () => {
      checkSpan(this.name, this.size, offset, length);
      return this.#bytes.read(offset, length);
    });
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return this.#attempt("write", () => {
      checkSpan(this.name, this.size, offset, bytes.length);
      this.#medium.write(this.name, this.#bytes, offset, bytes);
    });
  }

  sync(): Promise<void> {
    return this.#attempt("sync", () => this.#medium.sync(this.name, this.#bytes));
  }

  close(): Promise<void> {
    return this.#attempt("close", () => {
      this.#open = false;
    });
  }

  #attempt<T>(operation: string, work: () => T): Promise<T> {
    return this.#store.attempt(() => {
      if (!this.#open) throw failure("io", this.name, operation);
      return work();
    });
  }
}
