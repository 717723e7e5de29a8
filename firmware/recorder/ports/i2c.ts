import type { I2cBus, I2cOperation, I2cPort, MultiplexerChannel } from "#devices/ports/i2c.ts";
import type { Recorder } from "../recorder.ts";

/** As a bus names itself. */
export const busName = (bus: number, behind?: MultiplexerChannel): string =>
  behind ? `i2c-${bus} (0x${behind.address.toString(16)} channel ${behind.channel})` : `i2c-${bus}`;

/** A transfer in words: `i2c-1 10 w04 r2`. */
export function transferName(bus: string, address: number, operations: readonly I2cOperation[]): string {
  let name = `${bus} ${hexadecimal[address]}`;
  for (const operation of operations) {
    if ("read" in operation) name += ` r${operation.read}`;
    else {
      name += " w";
      for (const byte of operation.write) name += hexadecimal[byte];
    }
  }
  return name;
}

const hexadecimal = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Notes each transfer. `transferNow` is not offered: what streams does not come this way. */
export const recordedI2c = (port: I2cPort, recorder: Recorder): I2cPort => ({
  async open(number, behind) {
    const name = busName(number, behind);
    const bus = await recorder.noted("call", `${name} open`, () => port.open(number, behind));
    const recorded: I2cBus = {
      name: bus.name,
      transfer(address, operations) {
        return recorder.noted(
          "transfer",
          transferName(name, address, operations),
          () => bus.transfer(address, operations),
          joined,
        );
      },
      close: () => bus.close(),
    };
    return recorded;
  },
});

const joined = ([first, ...rest]: readonly Uint8Array[]): Uint8Array =>
  first === undefined
    ? new Uint8Array()
    : rest.length === 0
      ? first
      : Uint8Array.from([first, ...rest].flatMap((read) => [...read]));
