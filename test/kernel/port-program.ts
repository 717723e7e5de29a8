import { milliseconds } from "#devices/duration.ts";
import { PortError } from "#devices/ports/error.ts";
import type { GpioLine, Level } from "#devices/ports/gpio.ts";
import type { I2cBus } from "#devices/ports/i2c.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import { sysfsGpioPort } from "#firmware/ports/gpio.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";
import type { Call, Failure, Reply } from "./ports-in-process.ts";

/** The board's real ports, in the hands of who started this process: test/kernel/ports-in-process.ts. */
const clock = systemClock();
const i2c = linuxI2cPort(clock, { limit: milliseconds(Number(process.env.LIMIT_MS ?? 2_000)) });
const gpio = sysfsGpioPort(clock);
const buses: I2cBus[] = [];
const lines: GpioLine[] = [];

const perform = async (call: Call): Promise<unknown> => {
  switch (call.what) {
    case "openBus":
      return buses.push(await i2c.open(call.bus, call.behind)) - 1;
    case "transfer":
      return await buses[call.bus]!.transfer(call.address, call.operations);
    case "closeBus":
      return await buses[call.bus]!.close();
    case "openLine":
      return lines.push(await gpio.open(call.address, call.settings)) - 1;
    case "read":
      return await lines[call.line]!.read();
    case "write":
      return await lines[call.line]!.write(call.level);
    case "watch":
      lines[call.line]!.watch((level: Level) => process.send!({ line: call.line, level } satisfies Reply));
      return undefined;
    case "closeLine":
      return await lines[call.line]!.close();
  }
};

const failureOf = (error: unknown): Failure =>
  error instanceof PortError
    ? { ...error, name: error.name, message: error.message }
    : { name: "other", message: String(error) };

process.on("message", ({ id, call }: { id: number; call: Call }) => {
  perform(call).then(
    (value) => process.send!({ id, value } satisfies Reply),
    (error: unknown) => process.send!({ id, failure: failureOf(error) } satisfies Reply),
  );
});
process.on("disconnect", () => process.exit());
