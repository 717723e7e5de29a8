import { constants, type FileHandle, mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Store, StoreError, type StoreErrorKind, type StoreFile } from "#devices/ports/store.ts";
import { checkName, checkSpan } from "./store-checks.ts";

/** errno(3) as the Store port names it; what is not here is `io`. A quota is space as well (EDQUOT). */
const kinds: Readonly<Record<string, StoreErrorKind>> = {
  ENOENT: "missing",
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
};

/** A file under construction. The leading dot keeps it out of `list`, and a crash's leftovers are removed. */
const temporary = (name: string) => `.${name}.new`;

const zeros = Buffer.alloc(1 << 16);

/**
 * A Store on a directory of a Linux file system, which is made when it is missing.
 * Nothing resolves before fsync(2) said so for the file and for the directory that names it.
 */
export async function openStore(directory: string): Promise<Store> {
  const path = resolve(directory);
  await translated("open", path, async () => {
    const made = await mkdir(path, { recursive: true });
    if (made !== undefined) await syncDirectory(dirname(made));
    const names = await readdir(path);
    for (const name of names) if (/^\..*\.new$/.test(name)) await unlink(join(path, name));
  });
  return new DirectoryStore(path);
}

class DirectoryStore implements Store {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  list(): Promise<string[]> {
    return translated("list", this.#path, async () => {
      const names = await readdir(this.#path);
      return names.filter((name) => !name.startsWith(".")).sort();
    });
  }

  async create(name: string, size: number): Promise<StoreFile> {
    checkName(name);
    // Zeros are written, not promised by a hole: no later write can run out of space or wait for the journal.
    await translated("create", name, () => this.#install(name, (file) => writeZeros(file, size)));
    return this.open(name);
  }

  async open(name: string): Promise<StoreFile> {
    checkName(name);
    return translated("open", name, async () => {
      const handle = await open(join(this.#path, name), constants.O_RDWR);
      return new DirectoryFile(name, (await handle.stat()).size, handle);
    });
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    checkName(name);
    return translated("read", name, async () =>
      Uint8Array.from(await readFile(join(this.#path, name))),
    ).catch((error) => {
      if (error instanceof StoreError && error.kind === "missing") return undefined;
      throw error;
    });
  }

  async replace(name: string, bytes: Uint8Array): Promise<void> {
    checkName(name);
    await translated("replace", name, () => this.#install(name, (file) => writeAll(file, 0, bytes)));
  }

  async remove(name: string): Promise<void> {
    checkName(name);
    await translated("remove", name, async () => {
      await unlink(join(this.#path, name));
      await syncDirectory(this.#path);
    });
  }

  /** Temporary file, fsync, rename, fsync of the directory: the only order that loses nothing at a power cut. */
  async #install(name: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
    const path = join(this.#path, temporary(name));
    try {
      const file = await open(path, "w", 0o600);
      try {
        await fill(file);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(path, join(this.#path, name));
    } catch (error) {
      await unlink(path).catch(() => {});
      throw error;
    }
    await syncDirectory(this.#path);
  }
}

class DirectoryFile implements StoreFile {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(name: string, size: number, handle: FileHandle) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkSpan(this.name, this.size, offset, length);
    return translated("read", this.name, async () => {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new Error(`the file ends at ${offset + done}, and had ${this.size} bytes`);
        done += bytesRead;
      }
      return bytes;
    });
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    checkSpan(this.name, this.size, offset, bytes.length);
    await translated("write", this.name, () => writeAll(this.#handle, offset, bytes));
  }

  /** fdatasync(2) is enough: the size never changes. */
  async sync(): Promise<void> {
    await translated("sync", this.name, () => this.#handle.datasync());
  }

  async close(): Promise<void> {
    await translated("close", this.name, () => this.#handle.close());
  }
}

async function writeAll(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length)
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
}

async function writeZeros(file: FileHandle, size: number): Promise<void> {
  for (let at = 0; at < size; at += zeros.length)
    await writeAll(file, at, zeros.subarray(0, Math.min(zeros.length, size - at)));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function translated<T>(operation: string, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new StoreError(kinds[code] ?? "io", name, operation, error);
  }
}
