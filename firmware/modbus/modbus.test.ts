import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LineSpeed } from "#devices/ports/serial.ts";
import { crc16 } from "#sim/chips/modbus-slave.ts";
import type { SerialTarget, VirtualSerialLine } from "#sim/ports/serial.ts";
import { Bench, hex } from "#test/bench/bench.ts";

const path = "/dev/ttyUSB0";
const speed = { baudRate: 9_600 } as const;

/**
 * The ten input registers of unit 1, asked and answered as the PZEM-004T V3.0 manual prints it (section 2.3). It
 * leaves the CRCs out; they were computed apart, and the last test here holds the way to published vectors.
 */
const request = hex("01 04 00 00 00 0A 70 0D");
const answer = hex("01 04 14 08 98 03 E8 00 00 08 98 00 00 00 00 00 00 01 F4 00 64 00 00 63 CE");
const registers = [0x0898, 0x03e8, 0, 0x0898, 0, 0, 0, 0x01f4, 0x0064, 0];

/** What sits at the far end answers as the test wants. */
class Far implements SerialTarget {
  readonly speed: LineSpeed = speed;
  readonly heard: Uint8Array[] = [];
  reply: (line: VirtualSerialLine, request: Uint8Array) => void = (line) => line.send(answer);

  receive(bytes: Uint8Array, line: VirtualSerialLine): void {
    this.heard.push(bytes);
    this.reply(line, bytes);
  }
}

async function setUp() {
  const bench = new Bench();
  const far = new Far();
  const cable = bench.board.serial(path, far);
  const line = await bench.ports.modbus.open(path, speed);
  const read = (unit = 1, count = 10) => line.readInputRegisters(unit, 0, count);
  return { bench, far, cable, line, read };
}

const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe("a Modbus line", () => {
  it("asks and understands as the meter's manual prints it", async () => {
    const { bench, far, read } = await setUp();
    expect([...(await bench.outcome(read()))]).toEqual(registers);
    expect(far.heard.map((bytes) => [...bytes])).toEqual([[...request]]);
  });

  it("puts an answer together wherever it was split", async () => {
    for (let at = 1; at < answer.length; at++) {
      const { bench, far, read } = await setUp();
      far.reply = (line) => {
        line.send(answer.subarray(0, at));
        bench.loop.at(bench.loop.now + 100, () => line.send(answer.subarray(at)));
      };
      expect([...(await bench.outcome(read()))]).toEqual(registers);
    }
  });

  it.each([
    ["an echo of the request", request],
    ["glitches of a line that turned round", hex("00 FF 00")],
    ["the beginning of an answer that broke off", hex("01 04")],
    ["an answer that unit 2 gave too late", hex("02 04 02 00 07 BC F2")],
    ["an answer of another length", hex("01 04 02 00 05 79 33")],
  ])("passes over %s", async (_what, before) => {
    const { bench, far, read } = await setUp();
    far.reply = (line) => line.send(join(before, answer));
    expect([...(await bench.outcome(read()))]).toEqual(registers);
  });

  it("finds the answer behind any noise that does not look like one", async () => {
    const noise = fc
      .uint8Array({ max: 255, maxLength: 300 })
      .map((bytes) => bytes.filter((byte) => byte !== 1));
    await fc.assert(
      fc.asyncProperty(noise, fc.nat(answer.length), async (before, at) => {
        const { bench, far, read } = await setUp();
        far.reply = (line) => {
          line.send(join(before, answer.subarray(0, at)));
          line.send(answer.subarray(at));
        };
        expect([...(await bench.outcome(read()))]).toEqual(registers);
      }),
      { numRuns: 50 },
    );
  });

  it("believes no answer with a wrong bit", async () => {
    const { bench, far, read } = await setUp();
    for (let bit = 0; bit < answer.length * 8; bit++) {
      const spoiled = answer.slice();
      spoiled[bit >> 3]! ^= 1 << (bit & 7);
      far.reply = (line) => line.send(spoiled);
      const error = await bench.refusal(read());
      expect(error).toMatchObject({ kind: "checksum", port: path, address: 1 });
    }
    far.reply = (line) => line.send(answer);
    expect([...(await bench.outcome(read()))]).toEqual(registers);
  });

  // Modbus Application Protocol V1.1b3, section 7: 2 is illegal data address, 6 is server device busy.
  it.each([
    ["wrong-device", "01 84 02 C2 C1"],
    ["not-ready", "01 84 06 C3 02"],
  ])("reports an exception as %s", async (kind, exception) => {
    const { bench, far, read } = await setUp();
    far.reply = (line) => line.send(hex(exception));
    expect(await bench.refusal(read())).toMatchObject({ kind, address: 1 });
  });

  it("asks a unit that was silent with less patience for a while, so that others on the line are heard", async () => {
    const { bench, far, read } = await setUp();
    const silence = async (unit: number) => {
      far.reply = () => {};
      const atMs = bench.loop.now;
      await expect(bench.outcome(read(unit))).rejects.toMatchObject({ kind: "timeout" });
      return Math.round((bench.loop.now - atMs) / 50) * 50;
    };
    // A quarter of a second, and what the two frames take on the line, to 50 ms.
    expect([await silence(1), await silence(1), await silence(2)]).toEqual([1_000, 300, 1_000]);
    far.reply = (line) => line.send(answer);
    await bench.outcome(read());
    expect(await silence(1)).toBe(1_000);
    await bench.loop.runUntil(bench.loop.now + 5_000);
    expect(await silence(1)).toBe(1_000);
  });

  it("gives a silent unit up, and its late answer to nobody", async () => {
    const { bench, far, read } = await setUp();
    far.reply = (line) => bench.loop.at(bench.loop.now + 1_500, () => line.send(hex("01 04 02 00 05 79 33")));
    expect(await bench.refusal(read(1, 1))).toMatchObject({ kind: "timeout", address: 1 });
    far.reply = (line) => bench.loop.at(bench.loop.now + 900, () => line.send(hex("02 04 02 00 07 BC F2")));
    expect([...(await bench.outcome(read(2, 1)))]).toEqual([7]);
  });

  it("lets requests of several users wait for each other", async () => {
    const { bench, far, line } = await setUp();
    const other = await bench.ports.modbus.open(path, speed);
    let busyUntilMs = 0;
    far.reply = (cable, [unit]) => {
      // 3.5 characters of silence, 4 ms at 9 600 baud, and the request itself lie behind us.
      expect(bench.loop.now).toBeGreaterThanOrEqual(busyUntilMs + 4 + cable.durationMs(8));
      bench.loop.at(bench.loop.now + 50, () => {
        const frame = [unit!, 4, 2, 0, unit! * 3];
        const crc = crc16(frame);
        cable.send(Uint8Array.of(...frame, crc & 0xff, crc >> 8));
        busyUntilMs = bench.loop.now + cable.durationMs(7);
      });
    };
    const users = [line, other, line, other, other];
    const all = Promise.all(users.map((user, index) => user.readInputRegisters(index + 1, 0, 1)));
    expect((await bench.outcome(all)).map(([word]) => word)).toEqual([3, 6, 9, 12, 15]);
    expect(far.heard.map(([unit]) => unit)).toEqual([1, 2, 3, 4, 5]);
  });

  it("stays open until its last user has closed it", async () => {
    const { bench, line, read } = await setUp();
    const other = await bench.ports.modbus.open(path, speed);
    await line.close();
    await line.close();
    expect(await bench.refusal(read())).toMatchObject({ kind: "not-ready" });
    expect((await bench.outcome(other.readInputRegisters(1, 0, 10))).length).toBe(10);
    await other.close();
    await (await bench.ports.serial.open(path, speed)).close();
  });

  it("has one speed at a time", async () => {
    const { bench, line } = await setUp();
    const faster = bench.ports.modbus.open(path, { baudRate: 19_200 });
    expect(await bench.refusal(faster)).toMatchObject({ kind: "bus", port: path });
    await line.close();
    await (await bench.ports.modbus.open(path, { baudRate: 19_200 })).close();
  });

  it("says so at once when it is unplugged, and can be opened again", async () => {
    const { bench, far, cable, read } = await setUp();
    far.reply = () => cable.unplug();
    expect(await bench.refusal(read())).toMatchObject({ kind: "not-ready" });
    expect(bench.loop.now - Date.UTC(2026, 5, 21)).toBeLessThan(100);
    expect(await bench.refusal(bench.ports.modbus.open(path, speed))).toMatchObject({ kind: "bus" });
    cable.replug();
    far.reply = (line) => line.send(answer);
    const again = await bench.ports.modbus.open(path, speed);
    expect([...(await bench.outcome(again.readInputRegisters(1, 0, 10)))]).toEqual(registers);
  });

  it.each([
    [0, 0, 1],
    [249, 0, 1],
    [1.5, 0, 1],
    [1, -1, 1],
    [1, 0, 0],
    [1, 0, 126],
    [1, 0xffff, 2],
  ])("refuses to ask unit %d for register %d and %d in all", async (unit, address, count) => {
    const { bench, far, line } = await setUp();
    await expect(line.readInputRegisters(unit, address, count)).rejects.toThrow(RangeError);
    await bench.pass(100);
    expect(far.heard).toEqual([]);
  });
});

/**
 * Reading holding registers and presetting registers as the Modbus protocol prints them: Modbus Application
 * Protocol V1.1b3, sections 6.3, 6.6 and 6.12; unit 1, and CRCs computed apart.
 */
const holding = {
  request: hex("01 03 00 6B 00 03 74 17"),
  answer: hex("01 03 06 02 2B 00 00 00 64 05 7A"),
};
const single = { request: hex("01 06 00 01 00 03 98 0B"), answer: hex("01 06 00 01 00 03 98 0B") };
const multiple = {
  request: hex("01 10 00 01 00 02 04 00 0A 01 02 92 30"),
  answer: hex("01 10 00 01 00 02 10 08"),
};

describe("a Modbus line, of registers that can be written,", () => {
  type Line = Awaited<ReturnType<typeof setUp>>["line"];
  const calls = [
    ["reads", holding, (line: Line) => line.readHoldingRegisters(1, 0x6b, 3)],
    ["writes one", single, (line: Line) => line.writeRegister(1, 1, 3)],
    ["writes several", multiple, (line: Line) => line.writeRegisters(1, 1, [0x000a, 0x0102])],
  ] as const;

  it.each(calls)("%s as the protocol prints it", async (_what, { request, answer }, call) => {
    const { bench, far, line } = await setUp();
    far.reply = (cable) => cable.send(answer);
    const read = request === holding.request ? Uint16Array.of(0x022b, 0, 0x64) : undefined;
    expect(await bench.outcome<unknown>(call(line))).toEqual(read);
    expect(far.heard.map((bytes) => [...bytes])).toEqual([[...request]]);
  });

  it.each(calls)("%s wherever the answer is split", async (_what, { answer }, call) => {
    for (let at = 1; at < answer.length; at++) {
      const { bench, far, line } = await setUp();
      far.reply = (cable) => {
        cable.send(answer.subarray(0, at));
        bench.loop.at(bench.loop.now + 100, () => cable.send(answer.subarray(at)));
      };
      await bench.outcome<unknown>(call(line));
    }
  });

  it.each(calls)("%s and passes over the adapter's echo", async (_what, { request, answer }, call) => {
    const { bench, far, line } = await setUp();
    far.reply = (cable) => cable.send(join(request, answer));
    await bench.outcome<unknown>(call(line));
  });

  it.each(calls)("%s and believes no answer with a wrong bit", async (_what, { answer }, call) => {
    const { bench, far, line } = await setUp();
    for (let bit = 0; bit < answer.length * 8; bit++) {
      const wrong = answer.slice();
      wrong[bit >> 3]! ^= 1 << (bit & 7);
      far.reply = (cable) => cable.send(wrong);
      expect(await bench.refusal(call(line))).toMatchObject({ kind: "checksum", port: path, address: 1 });
    }
  });

  // Section 7: 3 is illegal data value.
  it.each(calls)("%s and reports an exception and silence", async (_what, { request }, call) => {
    const { bench, far, line } = await setUp();
    const exception = [1, request[1]! | 0x80, 3];
    const crc = crc16(exception);
    far.reply = (cable) => cable.send(Uint8Array.of(...exception, crc & 0xff, crc >> 8));
    expect(await bench.refusal(call(line))).toMatchObject({ kind: "wrong-device", address: 1 });
    far.reply = () => {};
    expect(await bench.refusal(call(line))).toMatchObject({ kind: "timeout", address: 1 });
  });

  it("takes no echo alone for the confirmation of several", async () => {
    const { bench, far, line } = await setUp();
    far.reply = (cable) => cable.send(multiple.request);
    expect(await bench.refusal(line.writeRegisters(1, 1, [10, 258]))).toMatchObject({ kind: "checksum" });
  });

  it.each<[string, (line: Line) => Promise<unknown>]>([
    ["unit 0, which would be a broadcast", (line) => line.writeRegister(0, 1, 3)],
    ["a value of 17 bits", (line) => line.writeRegister(1, 1, 0x1_0000)],
    ["a negative value", (line) => line.writeRegister(1, 1, -1)],
    ["half a count", (line) => line.writeRegisters(1, 1, [1, 0.5])],
    ["nothing", (line) => line.writeRegisters(1, 1, [])],
    ["more than 123 registers", (line) => line.writeRegisters(1, 1, new Array(124).fill(0))],
    ["registers beyond the last", (line) => line.writeRegisters(1, 0xffff, [1, 2])],
    ["126 registers to read", (line) => line.readHoldingRegisters(1, 1, 126)],
  ])("refuses %s", async (_what, call) => {
    const { bench, far, line } = await setUp();
    await expect(call(line)).rejects.toThrow(RangeError);
    await bench.pass(100);
    expect(far.heard).toEqual([]);
  });
});

/**
 * "123456789" (catalogue of parametrised CRC algorithms, CRC-16/MODBUS); 02 07 (Modbus over Serial Line V1.02,
 * appendix B); a voltage of 230.2 V in the Eastron SDM630 Modbus protocol document.
 */
it.each([
  ["31 32 33 34 35 36 37 38 39", 0x4b37],
  ["02 07", 0x1241],
  ["01 04 04 43 66 33 34", 0x381b],
])("computes the CRC of %s as published", (frame, crc) => {
  expect(crc16(hex(frame))).toBe(crc);
});
