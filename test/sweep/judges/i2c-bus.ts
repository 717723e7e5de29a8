import { createRequire } from "node:module";
import { checkTransfer, type I2cOperation } from "#devices/ports/i2c.ts";
import type { Bench } from "#test/bench/bench.ts";

const require = createRequire(import.meta.url);

type Transfer = (address: number, ...operations: readonly I2cOperation[]) => Uint8Array;

/** What bus 1 of a bench answers to one transfer, which is over at once: foreign drivers also call synchronously. */
const transferOn =
  (bench: Bench): Transfer =>
  (address, ...operations) => {
    checkTransfer(address, operations);
    return bench.board.i2c(1).transfer(address, operations)[0] ?? Uint8Array.of();
  };

const register = (command: number) => ({ write: Uint8Array.of(command) });

/** What `openPromisified` of the npm package `i2c-bus` gives, as far as a judge uses it. Words are low byte first. */
export function promisifiedBus(bench: Bench) {
  const transfer = transferOn(bench);
  const readBlock = (address: number, command: number, length: number) =>
    transfer(address, register(command), { read: length });
  const filled = (buffer: Buffer, bytes: Uint8Array) => {
    buffer.set(bytes);
    return { bytesRead: bytes.length, buffer };
  };
  return {
    i2cRead: async (address: number, length: number, buffer: Buffer) =>
      filled(buffer, transfer(address, { read: length })),
    async i2cWrite(address: number, length: number, buffer: Buffer) {
      transfer(address, { write: buffer.subarray(0, length) });
      return { bytesWritten: length, buffer };
    },
    readByte: async (address: number, command: number) => readBlock(address, command, 1)[0]!,
    readWord: async (address: number, command: number) =>
      Buffer.from(readBlock(address, command, 2)).readUInt16LE(),
    async writeByte(address: number, command: number, byte: number) {
      transfer(address, { write: Uint8Array.of(command, byte) });
    },
    readI2cBlock: async (address: number, command: number, length: number, buffer: Buffer) =>
      filled(buffer, readBlock(address, command, length)),
  };
}

/** What its `openSync` gives, as far as a judge uses it. */
function synchronousBus(bench: Bench) {
  const transfer = transferOn(bench);
  return {
    writeI2cBlockSync(address: number, command: number, length: number, buffer: Buffer) {
      transfer(address, { write: Uint8Array.of(command, ...buffer.subarray(0, length)) });
    },
    readI2cBlock(
      address: number,
      command: number,
      length: number,
      buffer: Buffer,
      done: (error: Error | null, bytesRead: number, buffer: Buffer) => void,
    ) {
      buffer.set(transfer(address, register(command), { read: length }));
      done(null, length, buffer);
    },
  };
}

/** The npm package `name`, loaded so that the `i2c-bus` which it requires opens bus 1 of `bench`. */
export function requireOnBench(bench: Bench, name: string): unknown {
  const addon = createRequire(require.resolve(name)).resolve("i2c-bus");
  const genuine = require.cache[addon];
  const exports = {
    openSync: () => synchronousBus(bench),
    openPromisified: async () => promisifiedBus(bench),
  };
  for (const path of Object.keys(require.cache))
    if (path.includes(`/node_modules/${name}/`)) delete require.cache[path];
  require.cache[addon] = { exports, loaded: true } as NodeJS.Module;
  try {
    return require(name);
  } finally {
    if (genuine) require.cache[addon] = genuine;
    else delete require.cache[addon];
  }
}
