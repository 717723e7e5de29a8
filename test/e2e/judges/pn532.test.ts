import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { twin as pn532 } from "#sim/chips/pn532.ts";
import { hex } from "#test/bench/bench.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const cards = [
  ["a MIFARE Classic", "de ad be ef", "00 04", 0x08],
  ["an NTAG", "04 a2 3b 91 c8 5d 80", "00 44", 0x00],
  ["a card of triple size", "04 01 02 03 04 05 06 07 08 09", "00 84", 0x00],
] as const;

describe("npm's pn532, on the real serialport,", () => {
  const board = new JudgedBoard();
  const twin = board.solder(pn532, { kind: "serial", path: "/dev/ttyAMA1" });
  let judge: Judge;
  beforeAll(async () => {
    await board.offer();
    judge = await board.judge("pn532");
  });
  afterAll(() => board.close());
  afterEach(() => {
    twin.lift();
  });

  it("knows the twin's firmware for that of the PN532", async () => {
    expect(await judge.ask("firmware")).toMatchObject({ IC: 0x32, Ver: 1, Rev: 6 });
  });

  it.each(cards)("reads the UID of %s that was laid on the twin", async (_, uid, atqa, sak) => {
    twin.lay(hex(uid));
    const tag = await judge.ask("scan");
    expect(tag).toEqual({ uid: uid.replaceAll(" ", ":"), atqa: [...hex(atqa)], sak });
    expect([...twin.untouchable]).toEqual([]);
  });

  it("waits for a card as long as there is none", async () => {
    let seen: unknown;
    const scan = judge.ask("scan").then((tag) => {
      seen = tag;
    });
    await board.pass(2_000);
    expect(seen).toBeUndefined();
    twin.lay(hex("04 a2 3b 91 c8 5d 80"));
    await scan;
    expect(seen).toMatchObject({ uid: "04:a2:3b:91:c8:5d:80" });
  });
});
