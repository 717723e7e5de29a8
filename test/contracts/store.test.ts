import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore } from "#firmware/ports/memory-store.ts";
import { openStore } from "#firmware/ports/store.ts";
import { VirtualStore } from "#sim/ports/store.ts";
import { storeContract } from "./store.ts";

storeContract("the directory store", async () => {
  const directory = await mkdtemp(join(tmpdir(), "plinth-store-"));
  return {
    store: await openStore(directory),
    reopen: () => openStore(directory),
    close: () => rm(directory, { recursive: true }),
  };
});

storeContract("the virtual store", async () => {
  const medium = new VirtualStore();
  return {
    store: medium.mount(),
    reopen: async () => medium.mount(),
    close: async () => {},
  };
});

storeContract("the store in memory", async () => {
  const store = new MemoryStore();
  return { store, reopen: async () => store, close: async () => {} };
});
