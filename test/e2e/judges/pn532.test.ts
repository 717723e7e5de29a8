import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { twin as pn532 } from "#sim/chips/pn532.ts";
import { hex } from "#test/bench/bench.ts";
import { type Judge, JudgedBoard } from "./judged-board.ts";

const cards = [
  ["a MIFARE Classic", "de ad be ef", "00 04", 0x08],
  ["an NTAG", "04 a2 3b 91 c8 5d 80", "00 44", 0x00],
  ["a card of triple size", "04 01 02 03 04 05 06 07 08 09", "00 84", 0x00],
] as const;

/**
 * A part whose oscillator starts as fast as is typical. From the wake-up bytes to the first command npm's pn532 lets
 * 0.8 ms pass and libnfc 1.4 ms, where the manual has 2 ms at most (UM0701-02, section 7.2.11).
 */
function soldered(board: JudgedBoard) {
  const twin = board.solder(pn532, { kind: "serial", path: "/dev/ttyAMA1" });
  twin.oscillatorStartMs = 0.5;
  return twin;
}

describe("npm's pn532, on the real serialport,", () => {
  const board = new JudgedBoard();
  const twin = soldered(board);
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

describe("Debian's libnfc 1.8.0", () => {
  const board = new JudgedBoard();
  const twin = soldered(board);
  beforeAll(() => board.offer());
  afterAll(() => board.close());

  /** `nfc-list` looks for cards of every type that it knows. */
  async function listed(...args: string[]) {
    const device = "LIBNFC_DEVICE=pn532_uart:/dev/ttyAMA1";
    const { code, stdout } = await board.run("env", device, "LIBNFC_LOG_LEVEL=0", "nfc-list", ...args);
    expect(code).toBe(0);
    return stdout;
  }

  it("opens the twin, and finds no card of any type where none lies", async () => {
    const said = await listed("-v");
    expect(said).toContain("NFC device: user defined device opened");
    const found = [...said.matchAll(/^(\d) (.*) passive target/gm)].map(([, count, type]) => [type, count]);
    expect(found).toContainEqual(["ISO14443A", "0"]);
    expect(found).toContainEqual(["Felica (212 kbps)", "0"]);
    expect(found).toContainEqual(["ISO14443B", "0"]);
    expect(found.filter(([, count]) => count !== "0")).toEqual([]);
  });

  it.each(cards)("reads %s that was laid on the twin", async (_, uid, atqa, sak) => {
    twin.lay(hex(uid));
    const said = await listed("-t", "1");
    const spaced = (text: string) => text.replaceAll(" ", "  ");
    expect(said).toContain("1 ISO14443A passive target(s) found");
    expect(said).toContain(`ATQA (SENS_RES): ${spaced(atqa)}`);
    expect(said).toMatch(new RegExp(`UID \\(NFCID[13]\\): ${spaced(uid)}`));
    expect(said).toContain(`SAK (SEL_RES): ${sak.toString(16).padStart(2, "0")}`);
    twin.lift();
    expect(await listed("-t", "1")).not.toContain("UID");
  });

  it("takes a card of type A for no other", async () => {
    twin.lay(hex("de ad be ef"));
    const said = await listed("-v");
    expect(said).toContain("1 ISO14443A passive target(s) found");
    expect(said.match(/^[1-9] .* passive target/gm)).toHaveLength(1);
  });
});
