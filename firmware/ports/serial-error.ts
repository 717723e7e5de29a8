import { PortError, withCheck } from "#devices/ports/error.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";

/** The PortError for what opening a line failed with: serialport's errors carry no code, but the words of its native binding. */
export function openError(path: string, { baudRate }: LineSpeed, cause: Error): PortError {
  const reasons: readonly [RegExp, string][] = [
    [
      /no such file/i,
      "there is no such device: is the adapter plugged in, or the UART enabled in config.txt?",
    ],
    [/cannot lock/i, "another program has it: is a login console on this UART (raspi-config, Serial Port)?"],
    [/permission denied/i, "not permitted: is the user in the group dialout?"],
    [/inappropriate ioctl/i, "this is not a serial line"],
  ];
  const known = reasons.find(([words]) => words.test(cause.message));
  const detail = known ? known[1] : withCheck("bus", `at ${baudRate} Bd: ${cause.message}`);
  return new PortError("bus", { port: path, operation: "open", detail, cause });
}
