import { EventLoop } from "#sim/loop.ts";
import { SerialCable } from "#sim/ports/serial.ts";
import { virtualSerialPort } from "#sim/ports/serial-port.ts";
import { serialContract } from "./serial.ts";

serialContract("the simulated serial port", async () => {
  const loop = new EventLoop();
  const path = "/dev/ttyAMA0";
  const speed = { baudRate: 9_600 } as const;
  const received: number[] = [];
  const cable = new SerialCable(path, loop);
  const line = cable.attach({ speed, receive: (bytes) => void received.push(...bytes) });
  const pass = () => loop.runUntil(loop.now + 1);
  return {
    port: virtualSerialPort(new Map([[path, cable]])),
    path,
    speed,
    missingPath: "/dev/ttyUSB7",
    far: {
      send: (bytes) => line.send(bytes),
      received: () => Uint8Array.from(received),
      // 9 600 Bd is slow enough: 50 ms carry 48 bytes.
      stall: () => {},
      unplug: () => line.unplug(),
    },
    overload: 1_000,
    async until(condition) {
      while (!condition()) await pass();
    },
    async outcome(work) {
      let settled = false;
      const note = () => {
        settled = true;
      };
      work.then(note, note);
      while (!settled) await pass();
      return work;
    },
    async close() {},
  };
});
