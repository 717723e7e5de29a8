import { checkTransfer, type I2cOperation, type I2cPort } from "#devices/ports/i2c.ts";
import { busName, transferName } from "#firmware/recorder/ports/i2c.ts";
import type { Answers } from "../answers.ts";

/** `i2c-1 10` of `i2c-1 10 w04 r2`: what is asked of one address is asked in order. */
export const transferPlace = (subject: string): string => subject.replace(/( [wr][0-9a-f]*)+$/, "");

/** I2C buses whose parts answer as they did. An address that never answered anything like it does not now. */
export const replayedI2c = (transfers: Answers, calls: Answers): I2cPort => ({
  async open(number, behind) {
    const name = busName(number, behind);
    await calls.call(`${name} open`);
    return {
      name,
      async transfer(address, operations) {
        checkTransfer(address, operations);
        const event = transfers.take(transferName(name, address, operations));
        if (!event)
          throw transfers.errors.port({
            ...{ kind: "no-acknowledge-address", port: name, address, operation: "transfer" },
            words: `nothing in the record answers at 0x${address.toString(16)} on ${name}`,
          });
        await transfers.settle(event);
        return reads(operations, event.payload);
      },
      close: async () => {},
    };
  },
});

function reads(operations: readonly I2cOperation[], payload: Uint8Array): Uint8Array[] {
  let at = 0;
  return operations.flatMap((operation) => {
    if (!("read" in operation)) return [];
    at += operation.read;
    return [payload.slice(at - operation.read, at)];
  });
}
