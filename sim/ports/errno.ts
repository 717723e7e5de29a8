/**
 * Linux's errors that a device node may give, by name: numbers of asm-generic/errno-base.h and errno.h, which x86, ARM
 * and RISC-V share, and the C library's words.
 */
const known = {
  EPERM: [1, "Operation not permitted"],
  ENOENT: [2, "No such file or directory"],
  EIO: [5, "Input/output error"],
  ENXIO: [6, "No such device or address"],
  EAGAIN: [11, "Resource temporarily unavailable"],
  EACCES: [13, "Permission denied"],
  EBUSY: [16, "Device or resource busy"],
  ENODEV: [19, "No such device"],
  EINVAL: [22, "Invalid argument"],
  EPROTO: [71, "Protocol error"],
  EBADMSG: [74, "Bad message"],
  EOPNOTSUPP: [95, "Operation not supported"],
  ETIMEDOUT: [110, "Connection timed out"],
  EREMOTEIO: [121, "Remote I/O error"],
} as const satisfies Readonly<Record<string, readonly [number: number, words: string]>>;

export type ErrnoName = keyof typeof known;

export const errnoOf = (name: ErrnoName): number => known[name][0];

/** As Node's own calls reject: a negative errno, its name as `code`, and the call. */
export function systemError(name: ErrnoName, syscall: string): NodeJS.ErrnoException {
  const [errno, words] = known[name];
  return Object.assign(new Error(`${name}: ${words}, ${syscall}`), { errno: -errno, code: name, syscall });
}
