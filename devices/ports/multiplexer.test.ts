import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type I2cTarget, VirtualI2cBus, virtualI2cPort } from "#sim/ports/i2c.ts";
import { PortError } from "./error.ts";
import { type I2cBus, I2cDevice } from "./i2c.ts";
import { withMultiplexers } from "./multiplexer.ts";

/** A control register that joins eight branches to the trunk: what of a TCA9548A concerns the port. */
class Switch implements I2cTarget {
  readonly #trunk: VirtualI2cBus;
  readonly #address: number;
  control = 0;
  written: number[] = [];

  constructor(trunk: VirtualI2cBus, address: number) {
    this.#trunk = trunk;
    this.#address = address;
    trunk.attach(address, this);
  }

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes[0]!);
    this.join(bytes[0]!);
    return true;
  }

  read(length: number): Uint8Array {
    return new Uint8Array(length).fill(this.control);
  }

  join(control: number): void {
    this.control = control;
    for (let channel = 0; channel < 8; channel++) {
      const branch = this.#trunk.branch({ address: this.#address, channel });
      if (control & (1 << channel)) this.#trunk.connect(branch);
      else this.#trunk.disconnect(branch);
    }
  }
}

/** One byte, which is written and read without a pointer. */
class Cell implements I2cTarget {
  value: number;

  constructor(value: number) {
    this.value = value;
  }

  write(bytes: Uint8Array): boolean {
    this.value = bytes[0]!;
    return true;
  }

  read(length: number): Uint8Array {
    return new Uint8Array(length).fill(this.value);
  }
}

const first = 0x70;
const second = 0x71;
const sensor = 0x29;

describe("a bus with multiplexers", () => {
  let trunk: VirtualI2cBus;
  let switches: Map<number, Switch>;
  const port = () => virtualI2cPort(new Map([[1, trunk]]));

  beforeEach(() => {
    trunk = new VirtualI2cBus("i2c-1");
    switches = new Map([first, second].map((address) => [address, new Switch(trunk, address)]));
  });

  const put = (at: { address: number; channel: number } | undefined, value: number, address = sensor) => {
    const cell = new Cell(value);
    (at ? trunk.branch(at) : trunk).attach(address, cell);
    return cell;
  };
  const read = async (bus: I2cBus, address = sensor) => (await bus.transfer(address, [{ read: 1 }]))[0]![0]!;
  const failure = async (work: Promise<unknown>) => {
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortError);
    return error as PortError;
  };

  it("tells equal addresses apart, whoever speaks when", async () => {
    const places = [first, second].flatMap((address) =>
      [0, 3, 7].map((channel, index) => ({
        at: { address, channel },
        value: 0x11 * (address - 0x6f) + index,
      })),
    );
    const opened = port();
    for (const { at, value } of places) put(at, value);
    put(undefined, 0xab, 0x40);
    const plain = await opened.open(1);
    const speakers = await Promise.all(
      places.map(async ({ at, value }) => ({ bus: await opened.open(1, at), address: sensor, value })),
    );
    const all = [...speakers, { bus: plain, address: 0x40, value: 0xab }];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(all.length - 1), { maxLength: 30 }), async (turns) => {
        const heard = await Promise.all(turns.map((turn) => read(all[turn]!.bus, all[turn]!.address)));
        expect(heard).toEqual(turns.map((turn) => all[turn]!.value));
      }),
    );
  });

  it("selects a channel once, for as long as it is wanted", async () => {
    put({ address: first, channel: 2 }, 1);
    put({ address: first, channel: 5 }, 2);
    const opened = port();
    const two = await opened.open(1, { address: first, channel: 2 });
    const five = await opened.open(1, { address: first, channel: 5 });
    for (const bus of [two, two, five, five, two]) await read(bus);
    expect(switches.get(first)!.written).toEqual([0x04, 0x20, 0x04]);
  });

  it("leaves no channel selected on the others", async () => {
    put({ address: first, channel: 0 }, 1);
    put({ address: second, channel: 0 }, 2);
    const opened = port();
    await read(await opened.open(1, { address: first, channel: 0 }));
    await read(await opened.open(1, { address: second, channel: 0 }));
    expect(switches.get(first)!.control).toBe(0);
  });

  it("knows nothing of what an earlier process left selected", async () => {
    switches.get(second)!.join(0xff);
    put({ address: first, channel: 0 }, 0x0f);
    put({ address: second, channel: 6 }, 0xf0);
    const opened = port();
    await opened.open(1, { address: second, channel: 6 });
    expect(await read(await opened.open(1, { address: first, channel: 0 }))).toBe(0x0f);
  });

  it("lets a part on the bus itself be heard alone", async () => {
    put({ address: first, channel: 1 }, 0x0f);
    put(undefined, 0xf1);
    const opened = port();
    const behind = await opened.open(1, { address: first, channel: 1 });
    const plain = await opened.open(1);
    // The two clash, and a configuration like that is refused; what is on the bus itself is heard all the same.
    expect(await read(behind)).toBe(0x01);
    expect(await read(plain)).toBe(0xf1);
    expect(switches.get(first)!.control).toBe(0);
  });

  it("lets it be heard alone when nobody knows any more what is selected", async () => {
    put({ address: first, channel: 1 }, 0x0f);
    put(undefined, 0xf1);
    const opened = port();
    const behind = await opened.open(1, { address: first, channel: 1 });
    const plain = await opened.open(1);
    await read(behind);
    await failure(read(behind, 0x55));
    expect(switches.get(first)!.control).toBe(0x02);
    expect(await read(plain)).toBe(0xf1);
  });

  it("does not deselect for a part that cannot clash", async () => {
    put({ address: first, channel: 1 }, 1);
    put(undefined, 2, 0x40);
    const opened = port();
    const behind = await opened.open(1, { address: first, channel: 1 });
    const plain = await opened.open(1);
    await read(behind);
    await read(plain, 0x40);
    await read(behind);
    expect(switches.get(first)!.written).toEqual([0x02]);
  });

  it("selects again after a transfer that failed: the multiplexer may have been reset", async () => {
    put({ address: first, channel: 1 }, 0x77);
    const bus = await port().open(1, { address: first, channel: 1 });
    await read(bus);
    switches.get(first)!.join(0);
    const error = await failure(read(bus));
    expect(error).toMatchObject({ kind: "no-acknowledge-address", address: sensor });
    expect(await read(bus)).toBe(0x77);
  });

  it("selects again after somebody wrote to the multiplexer past it", async () => {
    put({ address: first, channel: 1 }, 0x77);
    const opened = port();
    const bus = await opened.open(1, { address: first, channel: 1 });
    await read(bus);
    await new I2cDevice(await opened.open(1), first).write(0);
    expect(await read(bus)).toBe(0x77);
  });

  it("names the multiplexer when that does not answer, and the branch when the part does not", async () => {
    const bus = await port().open(1, { address: first, channel: 4 });
    const absent = await failure(read(bus));
    expect(absent.message).toMatch(/^no-acknowledge-address on i2c-1 \(0x70 channel 4\) at 0x29, /);
    trunk.detach(first);
    const selection = await failure(read(bus));
    expect(selection.message).toMatch(
      /^no-acknowledge-address on i2c-1 at 0x70, select channel 4 \(the I2C multiplexer itself/,
    );
  });

  it("is not kept from one multiplexer by another that is gone", async () => {
    put({ address: first, channel: 0 }, 1);
    put({ address: second, channel: 0 }, 2);
    const opened = port();
    await read(await opened.open(1, { address: first, channel: 0 }));
    trunk.detach(first);
    switches.get(first)!.join(0);
    expect(await read(await opened.open(1, { address: second, channel: 0 }))).toBe(2);
  });

  it("says which multiplexer could not be deselected", async () => {
    put({ address: first, channel: 0 }, 1);
    const opened = port();
    await read(await opened.open(1, { address: first, channel: 0 }));
    trunk.hold("timeout", 1);
    const error = await failure(read(await opened.open(1, { address: second, channel: 0 })));
    expect(error).toMatchObject({ kind: "timeout", address: first, operation: "select no channel" });
  });

  it("is blocked by a branch that is held only while that is selected", async () => {
    const held = { address: first, channel: 0 };
    put({ address: second, channel: 0 }, 2);
    const opened = port();
    const well = await opened.open(1, { address: second, channel: 0 });
    trunk.branch(held).hold();
    expect(await read(well)).toBe(2);
    expect((await failure(read(await opened.open(1, held)))).kind).toBe("timeout");
    expect((await failure(read(well))).kind).toBe("timeout");
    trunk.branch(held).release();
    expect(await read(well)).toBe(2);
  });

  it("passes a bus without multiplexers on as it is", async () => {
    const operations = [{ read: 1 }];
    const asked: unknown[] = [];
    const raw: I2cBus = {
      name: "i2c-1",
      transfer: async (...call) => {
        asked.push(call);
        return [];
      },
      close: async () => {},
    };
    await (await withMultiplexers(async () => raw).open(1)).transfer(sensor, operations);
    expect(asked).toEqual([[sensor, operations]]);
  });

  it.each([
    { address: 0x6f, channel: 0 },
    { address: 0x78, channel: 0 },
    { address: 0x70, channel: 8 },
    { address: 0x70, channel: -1 },
    { address: 0x70, channel: 0.5 },
  ])("refuses to be behind $address, channel $channel", async (behind) => {
    await expect(port().open(1, behind)).rejects.toThrow(RangeError);
  });
});
