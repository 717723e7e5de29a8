import { type GpioLine, type GpioPort, type Level, lineName } from "#devices/ports/gpio.ts";
import type { Recorder } from "../recorder.ts";

/** Notes what each line was opened for, each level that was read, driven or told. */
export const recordedGpio = (port: GpioPort, recorder: Recorder): GpioPort => ({
  async open(address, settings) {
    const name = lineName(address);
    const line = await recorder.noted("call", `${name} open`, () => port.open(address, settings));
    const learn = (level: Level) => recorder.learn({ levels: { ...recorder.known.levels, [name]: level } });
    const recorded: GpioLine = {
      name: line.name,
      async read() {
        const level = await recorder.noted(
          "read",
          name,
          () => line.read(),
          (level) => Uint8Array.of(level),
        );
        learn(level);
        return level;
      },
      write: (level) =>
        recorder.noted(
          "driven",
          name,
          () => line.write(level),
          () => Uint8Array.of(level),
        ),
      watch(listener) {
        return line.watch((level, atMs) => {
          learn(level);
          recorder.note("edge", name, { payload: Uint8Array.of(level) });
          listener(level, atMs);
        });
      },
      close: () => line.close(),
    };
    return recorded;
  },
});
