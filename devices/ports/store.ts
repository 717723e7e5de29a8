/**
 * Durable bytes: a flat folder of named files on whatever the board keeps its data on.
 * - What `write` put there is durable once a later `sync` of the same file resolved, and not before; a power cut
 *   may leave any part of an unsynced write, bytes of it torn.
 * - `create` makes a file of `size` zero bytes, durable with its name when it resolves. `replace` makes `name` hold exactly
 *   `bytes`, atomically and durably: after a power cut there is the old content or the new.
 * - A failed `sync` means that nothing is known of the file's unsynced bytes: it is fatal for that file
 *   (fsync errors are reported once and then forgotten by the kernel).
 * Names match [a-z0-9][a-z0-9.-]*. Rejects with StoreError.
 */
export interface Store {
  list(): Promise<string[]>;
  create(name: string, size: number): Promise<StoreFile>;
  open(name: string): Promise<StoreFile>;
  read(name: string): Promise<Uint8Array | undefined>;
  replace(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface StoreFile {
  readonly name: string;
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export type StoreErrorKind = "missing" | "full" | "read-only" | "io";

export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, name: string, operation: string, cause?: unknown) {
    const reason = {
      missing: "there is no such file",
      full: "no space is left: free some, or give the store a larger partition",
      "read-only": "the file system is read-only: the medium may be failing",
      io: "the medium failed: what was not yet durable may be lost",
    }[kind];
    super(`${operation} ${name}: ${reason}`, { cause });
    this.name = "StoreError";
    this.kind = kind;
  }
}
