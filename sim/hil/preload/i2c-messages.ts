import type { KernelCall } from "../../ports/kernel-faults.ts";

/** `struct i2c_msg` of linux/i2c.h, as the preloaded library hands it on. */
export interface I2cMessage {
  readonly address: number;
  readonly isRead: boolean;
  /** SMBus block read: the first byte that the target sends says how many follow (I2C_M_RECV_LEN). */
  readonly isCounted: boolean;
  /** Other flags than those two: 10-bit addresses and protocol mangling, which a Raspberry Pi's adapters lack. */
  readonly otherFlags: number;
  /** Bytes to be read; of a counted read those beside the counted ones, the count itself among them. */
  readonly length: number;
  /** Bytes to be written. */
  readonly bytes: Uint8Array;
}

const flags = { read: 0x0001, counted: 0x0400 } as const;

type I2cCall = Extract<KernelCall, "read" | "write" | "I2C_RDWR" | "I2C_SMBUS">;

const calls: readonly (I2cCall | undefined)[] = [undefined, "read", "write", "I2C_RDWR", "I2C_SMBUS"];

/** By which of the program's calls the messages came. */
export const nameOfCall = (payload: Buffer): I2cCall | undefined => calls[payload[0]!];

/** u8 call, u8 count, then of each message u16 address, u16 flags, u16 length, and the bytes of a write. */
export function readMessages(payload: Buffer): I2cMessage[] {
  const messages: I2cMessage[] = [];
  let at = 2;
  for (let index = 0; index < payload[1]!; index++) {
    const word = payload.readUInt16LE(at + 2);
    const length = payload.readUInt16LE(at + 4);
    const isRead = (word & flags.read) !== 0;
    at += 6;
    const bytes = isRead ? new Uint8Array() : Uint8Array.from(payload.subarray(at, at + length));
    at += bytes.length;
    messages.push({
      address: payload.readUInt16LE(at - bytes.length - 6),
      isRead,
      isCounted: (word & flags.counted) !== 0,
      otherFlags: word & ~(flags.read | flags.counted),
      length,
      bytes,
    });
  }
  return messages;
}

/** Of each message that was read, u16 length and the bytes. */
export function writeReads(reads: readonly Uint8Array[]): Uint8Array {
  const answer = Buffer.alloc(reads.reduce((sum, bytes) => sum + 2 + bytes.length, 0));
  let at = 0;
  for (const bytes of reads) {
    answer.writeUInt16LE(bytes.length, at);
    answer.set(bytes, at + 2);
    at += 2 + bytes.length;
  }
  return answer;
}
