import { describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { twin } from "./pn532.ts";

const place = { kind: "serial", path: "/dev/ttyAMA0" } as const;
const speed = { baudRate: 115_200 } as const;

/** The twin by itself, in bytes. Sections are those of UM0701-02. */
describe("the PN532's twin", () => {
  async function wired() {
    const bench = new Bench();
    const reader = bench.solder(twin, place);
    const line = await bench.ports.serial.open(place.path, speed);
    let heard: number[] = [];
    line.onData((chunk) => heard.push(...chunk));
    const ask = async (text: string, waitMs = 200) => {
      heard = [];
      await bench.outcome(line.write(hex(text), seconds(1)));
      await bench.pass(waitMs);
      return heard.map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(" ");
    };
    return { bench, reader, ask };
  }
  const wake = "55 55 00 00 00";
  const getFirmware = "00 00 FF 02 FE D4 02 2A 00";
  const list = "00 00 FF 04 FC D4 4A 01 00 E1 00";
  const samNormal = "00 00 FF 03 FD D4 14 01 17 00";

  it("sleeps until it is woken, and answers as recorded", async () => {
    const { ask, reader } = await wired();
    expect(await ask(getFirmware)).toBe("");
    expect(await ask(wake)).toBe("");
    expect(await ask(getFirmware)).toBe("00 00 FF 00 FF 00 00 00 FF 06 FA D5 03 32 01 06 07 E8 00");
    expect(await ask(samNormal)).toBe("00 00 FF 00 FF 00 00 00 FF 02 FE D5 15 16 00");
    reader.lay(hex("50 7E 7A 59"));
    expect(await ask(list)).toBe(
      "00 00 FF 00 FF 00 00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 50 7E 7A 59 2D 00",
    );
    expect([...reader.untouchable]).toEqual([]);
  });

  it("loses what comes while its oscillator starts", async () => {
    const { ask } = await wired();
    expect(await ask(`${wake} ${getFirmware}`)).toBe("");
    expect(await ask(getFirmware)).not.toBe("");
  });

  it("hears what follows on the same line once its oscillator runs (7.2.11)", async () => {
    const { ask, reader } = await wired();
    reader.oscillatorStartMs = 0.5;
    // 16 bytes take 1.4 ms at 115,200 baud.
    const preamble = `55 55 ${"00 ".repeat(14)}`;
    expect(await ask(`${preamble} ${samNormal}`)).toBe("00 00 FF 00 FF 00 00 00 FF 02 FE D5 15 16 00");
  });

  it("gives back what the test of the line sent (7.2.1)", async () => {
    const { ask } = await wired();
    await ask(wake);
    expect(await ask("00 00 FF 05 FB D4 00 00 6C 69 57 00")).toBe(
      "00 00 FF 00 FF 00 00 00 FF 05 FB D5 01 00 6C 69 55 00",
    );
  });

  it("sleeps again after PowerDown, and keeps its mode (7.2.11)", async () => {
    const { ask } = await wired();
    await ask(wake);
    await ask(samNormal);
    expect(await ask("00 00 FF 03 FD D4 16 F0 26 00")).toMatch(/D5 17 00 14 00$/);
    expect(await ask(getFirmware)).toBe("");
    await ask(wake);
    expect(await ask(getFirmware)).toMatch(/32 01 06 07/);
  });

  it("finds a card of type A among no other type (7.3.5)", async () => {
    const { ask, reader } = await wired();
    await ask(wake);
    await ask(samNormal);
    // RFConfiguration: MxRtyPassiveActivation 0.
    await ask("00 00 FF 06 FA D4 32 05 FF 01 00 F5 00");
    reader.lay(hex("50 7E 7A 59"));
    expect(await ask("00 00 FF 04 FC D4 4A 01 03 DE 00")).toMatch(/D5 4B 00 E0 00$/);
    expect(await ask(list)).toMatch(/50 7E 7A 59/);
  });

  it("looks for ever after power-on, until a card comes or an ACK ends it (7.3.1, 6.2.1.3)", async () => {
    const { ask, reader, bench } = await wired();
    await ask(wake);
    await ask(samNormal);
    expect(await ask(list, 5_000)).toBe("00 00 FF 00 FF 00");
    expect(await ask("00 00 FF 00 FF 00")).toBe("");
    expect(bench.loop.pending).toBe(0);
    expect(await ask(list)).toBe("00 00 FF 00 FF 00");
    reader.lay(hex("50 7E 7A 59"));
    expect(await ask("00")).toMatch(/D5 4B 01 01/);
  });

  it("tells that there is no card after as many looks as it was told", async () => {
    const { ask } = await wired();
    await ask(wake);
    await ask(samNormal);
    expect(await ask("00 00 FF 06 FA D4 32 05 FF 01 01 F4 00")).toMatch(/D5 33 F8 00$/);
    expect(await ask(list)).toBe("00 00 FF 00 FF 00 00 00 FF 03 FD D5 4B 00 E0 00");
  });

  it.each([
    ["a wrong length checksum", "00 00 FF 02 FD D4 02 2A 00"],
    ["a wrong data checksum", "00 00 FF 02 FE D4 02 2B 00"],
    ["half a frame", "00 00 FF 02 FE D4"],
  ])("does not hear a command with %s, and hears the next", async (_what, command) => {
    const { ask } = await wired();
    await ask(wake);
    expect(await ask(command)).toBe("");
    expect(await ask(`${getFirmware} ${getFirmware}`)).toMatch(/D5 03 32/);
  });

  it("names what it does not model, and refuses it (6.2.1.5)", async () => {
    const { ask, reader } = await wired();
    await ask(wake);
    expect(await ask("00 00 FF 02 FE D4 04 28 00")).toBe("00 00 FF 00 FF 00 00 00 FF 01 FF 7F 81 00");
    expect([...reader.untouchable]).toEqual(["GetGeneralStatus"]);
  });
});
