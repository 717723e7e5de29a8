import { placeOf } from "#devices/part.ts";
import type { Twin } from "../chips/twin.ts";
import type { ErrnoName } from "../ports/errno.ts";
import { type SystemCall, systemCalls } from "../ports/kernel-faults.ts";
import type { Street } from "../street/street.ts";
import { connects, type Fault, faultName, unitOf, type Verb } from "./verb.ts";

type Kind = Twin["part"]["connection"]["kind"];

/**
 * What drivers of the kernel say. I2C: Linux, Documentation/i2c/fault-codes.rst. EAGAIN is no answer of a serial line, at
 * which a program only waits.
 */
export const errnos: Readonly<Record<Kind, readonly ErrnoName[]>> = {
  i2c: [
    "EIO",
    "EREMOTEIO",
    "ETIMEDOUT",
    "ENXIO",
    "ENODEV",
    "EAGAIN",
    "EBADMSG",
    "EPROTO",
    "EOPNOTSUPP",
    "EBUSY",
    "EACCES",
  ],
  gpio: ["EIO", "ENODEV", "EBUSY", "EACCES", "EPERM"],
  serial: ["EIO", "ENXIO", "ENODEV", "EACCES"],
};

/** Nobody makes an ioctl of a sysfs attribute. */
const calls: Readonly<Record<Kind, readonly SystemCall[]>> = {
  i2c: systemCalls,
  gpio: ["open", "read", "write"],
  serial: systemCalls,
};

const kindOf = ({ part }: Twin): Kind => part.connection.kind;

const nodeOf = (street: Street, fault: Fault) => unitOf(street, fault).nodeOf(fault.role!);

const ofKernel = {
  lacking: ({ units }: Street) => units.map(({ host }) => host.lacking).find((why) => why !== undefined),
  end: (street: Street, fault: Fault) => nodeOf(street, fault).mend(faultName(fault)),
};

/** What the kernel can answer at the device node of a part: of the whole bus, or the line, that it is on. */
export const kernelVerbs = {
  /** Calls end with an errno: all, or one `call`; until it is mended, or `count` times. */
  errno: {
    title: "Fail the calls to its device node",
    needs: ["unit", "role", "errno"],
    may: ["for", "call", "count"],
    among: { errno: (twin: Twin) => errnos[kindOf(twin)], call: (twin: Twin) => calls[kindOf(twin)] },
    begin: (street: Street, fault: Fault) =>
      nodeOf(street, fault).fail(fault.errno!, {
        call: fault.call,
        cause: faultName(fault),
        ...(fault.count === undefined ? {} : { times: fault.count }),
      }),
    ...ofKernel,
  },
  /** Calls do not return until it is mended: all, or one `call`. Only I2C calls can: the others ask no wire. */
  hang: {
    title: "Let the calls to its I²C bus hang",
    needs: ["unit", "role"],
    may: ["for", "call"],
    suits: connects("i2c"),
    among: { call: (twin: Twin) => calls[kindOf(twin)] },
    begin: (street: Street, fault: Fault) =>
      nodeOf(street, fault).hang({ call: fault.call, cause: faultName(fault) }),
    ...ofKernel,
  },
  /** A driver of the kernel claims the address of the part: a process that begins then cannot have it. */
  "bind-driver": {
    title: "Let a kernel driver claim its address",
    needs: ["unit", "role"],
    may: ["for"],
    suits: connects("i2c"),
    begin: (street: Street, fault: Fault) => {
      const { address } = placeOf("i2c", unitOf(street, fault).config.parts[fault.role!]!.place);
      nodeOf(street, fault).bindDriver(address, faultName(fault));
    },
    ...ofKernel,
  },
} as const satisfies Readonly<Record<string, Verb>>;
