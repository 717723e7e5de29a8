import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { seconds } from "#devices/duration.ts";
import type { SerialLine } from "#devices/ports/serial.ts";
import { twin as pn532 } from "#sim/chips/pn532.ts";
import { Bench, hex } from "#test/bench/bench.ts";

const place = { kind: "serial", path: "/dev/ttyAMA1" } as const;

/** What the npm package `serialport` gives, as far as the judge uses it; it tells the kind by this name. */
class SerialPort extends EventEmitter {
  readonly #line: SerialLine;

  constructor(line: SerialLine) {
    super();
    this.#line = line;
    line.onData((chunk) => this.emit("data", Buffer.from(chunk)));
  }

  write(buffer: Buffer): void {
    void this.#line.write(buffer, seconds(1));
  }
}

/**
 * pn532 1.0.0 (MIT). It sends its first command within 0.8 ms of waking the part, which by the manual may need 2 ms
 * until its oscillator runs (UM0701-02, section 7.2.11); here the part is woken before.
 */
describe("npm's pn532", () => {
  interface Judge extends EventEmitter {
    getFirmwareVersion(): Promise<{ IC: number; Ver: number; Rev: number; Support: number }>;
    scanTag(): Promise<{ ATQA: Buffer; SAK: number; uid: string }>;
  }
  type Package = { readonly PN532: new (hal: SerialPort) => Judge };

  async function judged() {
    const bench = new Bench();
    const twin = bench.solder(pn532, place);
    const line = await bench.ports.serial.open(place.path, { baudRate: 115_200 });
    await bench.outcome(line.write(hex("55 55 00 00 00"), seconds(1)));
    await bench.pass(5);
    const port = new SerialPort(line);
    const { PN532 } = createRequire(import.meta.url)("pn532") as Package;
    const judge = new PN532(port);
    const ready = new Promise<void>((resolve) => {
      judge.on("ready", resolve);
    });
    port.emit("open");
    await bench.outcome(ready);
    return { bench, twin, judge };
  }

  it("knows the twin's firmware for that of the PN532", async () => {
    const { bench, judge } = await judged();
    const { IC, Ver, Rev } = await bench.outcome(judge.getFirmwareVersion());
    expect({ IC, Ver, Rev }).toEqual({ IC: 0x32, Ver: 1, Rev: 6 });
  });

  it.each([
    ["a MIFARE Classic", "de ad be ef", "00 04", 0x08],
    ["an NTAG", "04 a2 3b 91 c8 5d 80", "00 44", 0x00],
    ["a card of triple size", "04 01 02 03 04 05 06 07 08 09", "00 84", 0x00],
  ])("reads the UID of %s that was laid on the twin", async (_, uid, atqa, sak) => {
    const { bench, twin, judge } = await judged();
    twin.lay(hex(uid));
    const tag = await bench.outcome(judge.scanTag());
    expect(tag.uid).toBe(uid.replaceAll(" ", ":"));
    expect([...tag.ATQA]).toEqual([...hex(atqa)]);
    expect(tag.SAK).toBe(sak);
    expect([...twin.untouchable]).toEqual([]);
  });

  it("waits for a card as long as there is none", async () => {
    const { bench, twin, judge } = await judged();
    let uid: string | undefined;
    const scan = judge.scanTag().then((tag) => {
      uid = tag.uid;
    });
    await bench.pass(10_000);
    expect(uid).toBeUndefined();
    twin.lay(hex("04 a2 3b 91 c8 5d 80"));
    await bench.outcome(scan);
    expect(uid).toBe("04:a2:3b:91:c8:5d:80");
  });
});
