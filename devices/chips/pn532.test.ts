import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#sim/chips/pn532.ts";
import type { VirtualSerialLine } from "#sim/ports/serial.ts";
import { Bench, hex } from "#test/bench/bench.ts";
import { credential, credentialOf, decode, pn532 } from "./pn532.ts";

const place = { kind: "serial", path: "/dev/ttyAMA0" } as const;
const speed = { baudRate: 115_200 } as const;

describe("a credential", () => {
  // FIPS 180-4, the one-block and the two-block message of its examples: first 48 bits of their digests.
  it.each([
    ["abc", 0xba78_16bf_8f01],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 0x248d_6a61_d206],
  ])("is the beginning of a SHA-256: %s", (message, number) => {
    expect(credentialOf(Uint8Array.from(message, (character) => character.charCodeAt(0)))).toBe(number);
  });

  it("is a whole number that a double holds", () => {
    expect(Number.isSafeInteger(credential.max)).toBe(true);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 10 }), (uid) => {
        const number = credentialOf(uid);
        expect(Number.isSafeInteger(number) && number >= 0 && number <= credential.max).toBe(true);
      }),
    );
  });
});

describe("the answer to InListPassiveTarget", () => {
  const uid4 = hex("50 7E 7A 59");
  const uid7 = hex("04 E1 5F D2 9C 39 80");
  const uid10 = hex("04 01 02 03 04 05 06 07 08 09");

  // UM0701-02, section 7.3.5. The first card was recorded on somebody's reader; the ATS is a MIFARE DESFire's.
  it.each([
    ["a MIFARE Classic 1K", "01 01 00 04 08 04 50 7E 7A 59", uid4],
    ["an NTAG", "01 01 00 44 00 07 04 E1 5F D2 9C 39 80", uid7],
    ["a card with a UID of three parts", "01 01 00 84 00 0A 04 01 02 03 04 05 06 07 08 09", uid10],
    ["a DESFire with its ATS", "01 01 03 44 20 07 04 E1 5F D2 9C 39 80 06 75 77 81 02 80", uid7],
  ])("tells of %s", (_what, bytes, uid) => {
    expect(decode(hex(bytes))).toEqual({ card: 1, credential: credentialOf(uid) });
  });

  it("tells of no card", () => {
    expect(decode(hex("00"))).toEqual({ card: 0, credential: 0 });
  });

  it("tells of a card, but not whose, when that makes up its UID (08h, ISO/IEC 14443-3)", () => {
    expect(decode(hex("01 01 00 04 20 04 08 12 34 56"))).toEqual({ card: 1, credential: Number.NaN });
    expect(decode(hex("01 01 00 44 00 07 08 E1 5F D2 9C 39 80"))?.credential).not.toBeNaN();
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["no card, and bytes of one", hex("00 01 00 04 08 04 50 7E 7A 59")],
    ["two cards", hex("02 01 00 04 08 04 50 7E 7A 59 02 00 04 08 04 50 7E 7A 58")],
    ["a card of another number", hex("01 02 00 04 08 04 50 7E 7A 59")],
    ["a UID of five bytes", hex("01 01 00 04 08 05 50 7E 7A 59 11")],
    ["no UID", hex("01 01 00 04 08 00")],
    ["half a UID", hex("01 01 00 04 08 07 50 7E 7A 59")],
    ["a card that is cut off", hex("01 01 00 04")],
    ["an ATS that is cut off", hex("01 01 00 04 08 04 50 7E 7A 59 06 75 77")],
  ])("is none with %s", (_what, bytes) => {
    expect(decode(bytes)).toBeUndefined();
  });
});

describe("the PN532", () => {
  async function setUp() {
    const bench = new Bench();
    const reader = bench.solder(twin, place);
    const driver = await bench.start(pn532, place);
    return { bench, reader, driver, sample: () => bench.outcome(driver.sample()) };
  }

  it.each(["50 7E 7A 59", "04 E1 5F D2 9C 39 80", "04 01 02 03 04 05 06 07 08 09"])(
    "knows card %s again, and sees it lifted",
    async (uid) => {
      const { reader, sample } = await setUp();
      const wanted = { card: 1, credential: credentialOf(hex(uid)) };
      expect(await sample()).toEqual({ card: 0, credential: 0 });
      for (let turn = 0; turn < 3; turn++) {
        reader.lay(hex(uid));
        expect(await sample()).toEqual(wanted);
        expect(await sample()).toEqual(wanted);
        expect(reader.sensed("credential")).toBe(wanted.credential);
        reader.lift();
        expect(await sample()).toEqual({ card: 0, credential: 0 });
      }
    },
  );

  it("is given a card it knows by its credential, or a new one by its serial number", async () => {
    const { reader, sample } = await setUp();
    const first = credentialOf(hex("50 7E 7A 59"));
    reader.lay(hex("50 7E 7A 59"));
    reader.set("credential", 0x1234_5678_9abc);
    expect((await sample()).credential).toBe(credentialOf(hex("04 12 34 56 78 9A BC")));
    reader.set("credential", first);
    expect((await sample()).credential).toBe(first);
    expect(() => reader.lay(hex("01 02 03"))).toThrow(/4, 7 or 10 bytes, not 3/);
  });

  it("sees a card whose UID changes each time, and takes it for nobody's", async () => {
    const { reader, sample } = await setUp();
    reader.lay(hex("08 12 34 56"));
    expect(await sample()).toEqual({ card: 1, credential: Number.NaN });
  });

  it("radiates only while it looks", async () => {
    const { bench, reader, driver } = await setUp();
    const looking = driver.sample();
    await bench.pass(10);
    expect(reader.isFieldOn).toBe(true);
    await bench.outcome(looking);
    expect(reader.isFieldOn).toBe(false);
  });

  it("hears nothing after a reset until it is configured again, whatever lies on it", async () => {
    const { bench, reader, driver, sample } = await setUp();
    reader.lay(hex("50 7E 7A 59"));
    reader.brownOut();
    const error = await bench.refusal(driver.sample());
    expect(error).toMatchObject({ kind: "timeout", operation: "InListPassiveTarget" });
    expect(error.message).toContain("nothing within 500 ms");
    await bench.outcome(driver.configure());
    expect((await sample()).card).toBe(1);
  });

  it("is stopped in its search for ever, which a reset leaves it with", async () => {
    const { bench, reader, driver, sample } = await setUp();
    reader.brownOut();
    await bench.outcome(driver.probe());
    const error = await bench.refusal(driver.sample());
    expect(error.message).toContain("only acknowledged within 500 ms");
    await bench.outcome(driver.configure());
    expect(await sample()).toEqual({ card: 0, credential: 0 });
    await bench.pass(1_000);
    expect(bench.loop.pending).toBe(0);
  });

  it.each([
    ["unplugged", "timeout"],
    ["silent", "timeout"],
    ["corrupt", "checksum"],
  ] as const)("says of a reader that is %s: %s, and reads on when it is mended", async (fault, kind) => {
    const { bench, reader, driver, sample } = await setUp();
    reader.lay(hex("50 7E 7A 59"));
    if (fault === "unplugged") reader.unplug();
    if (fault === "silent") reader.silence();
    for (let attempt = 0; attempt < 10; attempt++) {
      if (fault === "corrupt") reader.corruptChecksum(1);
      expect(await bench.refusal(driver.sample())).toMatchObject({ kind, port: place.path });
    }
    reader.mend();
    await bench.outcome(driver.probe());
    await bench.outcome(driver.configure());
    expect((await sample()).card).toBe(1);
  });

  it("makes no card of noise", async () => {
    const { bench, reader, driver, sample } = await setUp();
    reader.garbage();
    for (let attempt = 0; attempt < 30; attempt++)
      expect(["timeout", "checksum"]).toContain((await bench.refusal(driver.sample())).kind);
    reader.mend();
    expect((await sample()).card).toBe(0);
  });

  // Sections 7.2.11 (HSU), 6.2.1.3 and 7.2.10.
  it("is woken, stopped, and taken out of low battery mode before it is asked anything", async () => {
    const bench = new Bench();
    const written: Uint8Array[] = [];
    bench.board.serial(place.path, { speed, receive: (bytes) => written.push(bytes) });
    const driver = await bench.open(pn532, place);
    expect(await bench.refusal(driver.probe())).toMatchObject({ operation: "SAMConfiguration" });
    expect(written).toEqual([
      hex("55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
      hex("00 00 FF 00 FF 00"),
      hex("00 00 FF 03 FD D4 14 01 17 00"),
    ]);
  });

  it("lets no UID out: neither in a reading nor in what goes wrong", async () => {
    const { bench, reader, driver } = await setUp();
    const uid = hex("5A 5B 5C 5D");
    reader.lay(uid);
    const decimal = [...uid].reduce((number, byte) => number * 256 + byte, 0);
    const forms = [/5a.?5b/i, /5d.?5c/i, /90.+91.+92/, new RegExp(String(decimal)), /Z\[\\\\]/];
    for (let attempt = 0; attempt < 40; attempt++) {
      if (attempt % 2) reader.corruptChecksum(1);
      const seen = await bench.outcome(driver.sample().catch((error: Error) => ({ message: error.message })));
      for (const form of forms) expect(JSON.stringify(seen)).not.toMatch(form);
    }
  });

  it("says so at once when the line is closed", async () => {
    const { bench, driver } = await setUp();
    const sample = driver.sample();
    await driver.close();
    expect(await bench.refusal(sample)).toMatchObject({ kind: "not-ready" });
    expect(await bench.refusal(driver.sample())).toMatchObject({ kind: "not-ready" });
  });

  const ack = "00 00 FF 00 FF 00";
  const sam = "00 00 FF 02 FE D5 15 16 00";

  /** A reader that answers SAMConfiguration rightly, and the next command with these chunks. */
  async function answering(...chunks: readonly string[]) {
    const bench = new Bench();
    const send = (line: VirtualSerialLine, ...texts: readonly string[]) => {
      for (const text of texts) line.send(hex(text));
    };
    bench.board.serial(place.path, {
      speed,
      receive: (bytes, line) => {
        if (bytes[6] === 0x14) send(line, `${ack} ${sam}`);
        else if (bytes[5] === 0xd4) send(line, ...chunks);
      },
    });
    return { bench, driver: await bench.open(pn532, place) };
  }

  const firmware = "00 00 FF 06 FA D5 03 32 01 06 07 E8 00";

  it.each([
    ["in one piece", [`${ack} ${firmware}`]],
    ["byte by byte", `${ack} ${firmware}`.split(" ")],
    ["behind a late answer to something else", [sam, ack, firmware]],
    ["behind an answer to something else", [ack, sam, firmware]],
    ["behind noise", ["12 FE 00 34", ack, "99", firmware]],
  ])("is known by an answer %s", async (_what, chunks) => {
    const { bench, driver } = await answering(...chunks);
    await bench.outcome(driver.probe());
  });

  it.each([
    ["a PN533", [ack, "00 00 FF 06 FA D5 03 33 01 06 07 E7 00"], "wrong-device", /IC 0x33, expected 0x32/],
    ["a shorter version", [ack, "00 00 FF 04 FC D5 03 32 01 F5 00"], "wrong-device", /IC 0x32/],
    ["what does not know the command", [ack, "00 00 FF 01 FF 7F 81 00"], "wrong-device", /does not know/],
    ["what acknowledges and is silent", [ack], "timeout", /only acknowledged/],
    ["what answers without an ACK", [firmware], "timeout", /nothing within/],
    ["what sends half an answer", [ack, "00 00 FF 06 FA D5 03 32"], "timeout", /only acknowledged/],
    ["what damages its answer", [ack, "00 00 FF 06 FA D5 03 32 01 06 06 E8 00"], "checksum", /damaged frame/],
    ["what understood nothing", ["00 00 FF FF 00 00"], "checksum", /the command arrived damaged/],
    ["our own echo", ["00 00 FF 02 FE D4 02 2A 00"], "checksum", /damaged frame/],
  ] as const)("is not %s", async (_what, chunks, kind, message) => {
    const { bench, driver } = await answering(...chunks);
    const error = await bench.refusal(driver.probe());
    expect(error).toMatchObject({ kind, port: place.path, operation: "GetFirmwareVersion" });
    expect(error.message).toMatch(message);
  });

  it("believes no answer that is framed rightly and describes no card", async () => {
    // InListPassiveTarget with a UID of five bytes, and the RFConfiguration after it.
    const { bench, driver } = await answering(
      ack,
      "00 00 FF 0D F3 D5 4B 01 01 00 04 08 05 50 7E 7A 59 00 2C 00",
      "00 00 FF 02 FE D5 33 F8 00",
    );
    const error = await bench.refusal(driver.sample());
    expect(error).toMatchObject({ kind: "checksum", operation: "InListPassiveTarget" });
  });
});
