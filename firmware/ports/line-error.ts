import { seconds } from "#devices/duration.ts";
import { PortError, withCheck } from "#devices/ports/error.ts";

/** After a level could not be read at an edge, until the line is looked at again. */
export const retryDelay = seconds(1);

export const busy = "the line is busy: a kernel driver or another program holds it";

const reasons: Readonly<Record<string, string>> = {
  EBUSY: busy,
  EACCES: "not permitted: is the user in the group gpio?",
  EPERM: "not permitted: an input cannot be written",
  ENOENT: "the kernel offers no value or no edge for this line: can it interrupt?",
};

/** The PortError for what a call on a GPIO line failed with: Node's errors carry its name in `code`. */
export function lineError(port: string, operation: string, cause: unknown): PortError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new PortError("bus", { port, operation, detail: reasons[code] ?? withCheck("bus", message), cause });
}
