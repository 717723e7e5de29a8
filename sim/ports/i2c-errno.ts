import { PortError, type PortErrorKind } from "#devices/ports/error.ts";
import type { ErrnoName } from "./errno.ts";

/**
 * The errno of drivers/i2c/busses/i2c-bcm2835.c, a Raspberry Pi's controller: EREMOTEIO for any byte that was not
 * acknowledged (bcm2835_i2c_xfer, BCM2835_I2C_S_ERR), ETIMEDOUT when a transfer does not end within the adapter's
 * timeout, as it is with a line held low. EAGAIN for lost arbitration as fault-codes.rst wants it.
 */
const errnos: Readonly<Partial<Record<PortErrorKind, ErrnoName>>> = {
  "no-acknowledge-address": "EREMOTEIO",
  "no-acknowledge-data": "EREMOTEIO",
  "arbitration-lost": "EAGAIN",
  timeout: "ETIMEDOUT",
};

/** What the kernel says of a transfer that went so on a simulated bus. Throws what no bus says. */
export function errnoOfTransfer(error: unknown): ErrnoName {
  if (error instanceof PortError) return errnos[error.kind] ?? "EIO";
  throw error;
}
