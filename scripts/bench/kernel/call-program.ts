import { open } from "node:fs/promises";
import { systemClock } from "#firmware/ports/clock.ts";
import { sysfsGpioPort } from "#firmware/ports/gpio.ts";
import { linuxI2cPort } from "#firmware/ports/i2c.ts";
import { type CallCounts, timed, timedCalls } from "./timed-calls.ts";
import type { ToldCall } from "./told-call.ts";
import { roundTrips } from "./unix-echo.ts";

/** `call-program {"readByte":1000,…}` makes calls on the board that it is given, and on the peers; a JSON line after each. */
const counts = JSON.parse(process.argv[2] ?? "") as CallCounts;
const clock = systemClock();
const tell = (told: ToldCall) => console.log(JSON.stringify(told));

tell({ name: "begun" });
const file = await open(process.execPath);
const byte = new Uint8Array(1);
tell({ name: "pread", timed: await timed(counts.writeLine, () => file.read(byte, 0, 1, 0)) });
await file.close();
const echo = await roundTrips();
tell({ name: "connected" });
tell({ name: "socket", timed: await timed(counts.writeLine, () => echo.roundTrip()) });
await echo.close();
tell({ name: "disconnected" });
const ports = { i2c: linuxI2cPort(clock), gpio: sysfsGpioPort(clock) };
await timedCalls(ports, counts, (name, timed) => tell({ name, timed }));
