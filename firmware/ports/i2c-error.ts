import { PortError, type PortErrorKind, withCheck } from "#devices/ports/error.ts";

/**
 * What an I2C adapter's errno means (Linux, Documentation/i2c/fault-codes.rst; numbers of asm-generic).
 * Adapters do not say which byte was refused: i2c-bcm2835 answers EREMOTEIO to any NACK, so a refused data byte
 * is `no-acknowledge-address` too.
 */
const errnoKinds: ReadonlyMap<number, PortErrorKind> = new Map([
  [5, "bus"], // EIO
  [6, "no-acknowledge-address"], // ENXIO
  [11, "arbitration-lost"], // EAGAIN
  [19, "no-acknowledge-address"], // ENODEV, of i2c-stub
  [74, "checksum"], // EBADMSG, a wrong packet error code
  [110, "timeout"], // ETIMEDOUT
  [121, "no-acknowledge-address"], // EREMOTEIO
]);

const remedies: ReadonlyMap<number, string> = new Map([
  [
    2,
    "there is no such bus: enable it with raspi-config, or dtparam=i2c_arm=on in config.txt, and load i2c-dev",
  ],
  [13, "not permitted: is the user in the group i2c?"],
  [16, "a kernel driver holds this address: unbind it, or remove its overlay from config.txt"],
  [95, "the adapter cannot do this: is it SMBus only?"],
]);

/**
 * The PortError for what i2c-bus rejected with. It comes in two forms: the addon's own errors carry a positive
 * errno and, when synchronous, an empty `code`; those of Node's fs calls beneath i2cRead a negative errno.
 */
export function i2cError(port: string, operation: string, cause: unknown, address?: number): PortError {
  const { errno = 0, message } = cause as NodeJS.ErrnoException;
  const number = Math.abs(errno);
  const kind = errnoKinds.get(number) ?? "bus";
  const place = { port, operation, detail: remedies.get(number) ?? withCheck(kind, message), cause };
  return new PortError(kind, address === undefined ? place : { ...place, address });
}
