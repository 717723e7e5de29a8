import { expect, it } from "vitest";
import { Board } from "./board.ts";
import { EventLoop } from "./loop.ts";
import { VirtualClock } from "./ports/clock.ts";

const target = { speed: { baudRate: 9_600 }, receive: () => {} };

it("outlives the process that opened its wires: the next one finds them free", async () => {
  const loop = new EventLoop();
  const board = new Board(loop);
  const line = board.serial("/dev/ttyAMA0", target);
  const open = () => board.ports(new VirtualClock(loop)).serial.open("/dev/ttyAMA0", target.speed);
  const first = await open();
  await expect(open()).rejects.toThrow(/ttyAMA0/);
  board.abandon();
  const second = await open();
  const heard = { first: 0, second: 0 };
  first.onData(({ length }) => {
    heard.first += length;
  });
  second.onData(({ length }) => {
    heard.second += length;
  });
  line.send(Uint8Array.of(1, 2, 3));
  await loop.runUntil(1_000);
  expect(heard).toEqual({ first: 0, second: 3 });
});

it("has one bus by each number, and one thing at the far end of a line", () => {
  const board = new Board(new EventLoop());
  expect(board.i2c(1)).toBe(board.i2c(1));
  expect(board.i2c(0)).not.toBe(board.i2c(1));
  board.serial("/dev/ttyAMA0", target);
  expect(() => board.serial("/dev/ttyAMA0", target)).toThrow(
    "/dev/ttyAMA0 has something at its far end already",
  );
});

it("has the 58 lines of a Raspberry Pi 4 on its chip", () => {
  const { gpio } = new Board(new EventLoop());
  expect(() => gpio.line("pinctrl-bcm2711", 57)).not.toThrow();
  expect(() => gpio.line("pinctrl-bcm2711", 58)).toThrow();
});
