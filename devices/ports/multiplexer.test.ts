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

/** Before which of our transfers of a turn, those to select and to read back among them, another process does what. */
interface Intrusion {
  readonly before: number;
  readonly address: number;
  readonly control: number;
}

/** A trunk with two multiplexers, which another process switches too: never to what our turn has selected. */
class IntrudedTrunk implements I2cBus {
  readonly name = "i2c-1";
  readonly trunk = new VirtualI2cBus(this.name);
  readonly #switches = new Map([first, second].map((address) => [address, new Switch(this.trunk, address)]));
  #intrusions: readonly Intrusion[] = [];
  #transfers = 0;
  count = 0;

  /** A turn behind `wanted` begins. */
  await(wanted: { address: number; channel: number }, intrusions: readonly Intrusion[]): void {
    this.#transfers = 0;
    this.#intrusions = intrusions.filter(
      ({ address, control }) => control !== (address === wanted.address ? 1 << wanted.channel : 0),
    );
  }

  async transfer(...call: Parameters<I2cBus["transfer"]>): Promise<Uint8Array[]> {
    for (const { before, address, control } of this.#intrusions)
      if (before === this.#transfers) {
        this.#switches.get(address)!.join(control);
        this.count++;
      }
    this.#transfers++;
    return this.trunk.transfer(...call);
  }

  async close(): Promise<void> {}
}

const places = [first, second].flatMap((address) => [0, 1, 6].map((channel) => ({ address, channel })));

const turn = fc.record({
  place: fc.nat(places.length - 1),
  written: fc.option(fc.integer({ min: 0, max: 255 })),
  intrusions: fc.array(
    fc.record<Intrusion>({
      before: fc.nat(4),
      address: fc.constantFrom(first, second),
      control: fc.oneof(fc.constantFrom(0, 0x01, 0x02, 0x40), fc.integer({ min: 0, max: 255 })),
    }),
    { maxLength: 3 },
  ),
});

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

  it("says that a multiplexer was reset, not that the part is gone, and selects again", async () => {
    put({ address: first, channel: 1 }, 0x77);
    const bus = await port().open(1, { address: first, channel: 1 });
    await read(bus);
    switches.get(first)!.join(0);
    const error = await failure(read(bus));
    expect(error).toMatchObject({ kind: "arbitration-lost", address: first });
    expect(error.message).toMatch(
      /no channel \(0x00\) selected, not channel 1 \(0x02\): its supply dipped, or .*, and nobody answered/,
    );
    expect(await read(bus)).toBe(0x77);
  });

  it("selects again after a transfer that failed", async () => {
    put({ address: first, channel: 1 }, 0x77);
    const bus = await port().open(1, { address: first, channel: 1 });
    await read(bus);
    expect(await failure(read(bus, 0x55))).toMatchObject({ kind: "no-acknowledge-address", address: 0x55 });
    await read(bus);
    expect(switches.get(first)!.written).toEqual([0x02, 0x02]);
  });

  describe("that another process switches", () => {
    const mine = { address: first, channel: 3 };
    const theirs = { address: first, channel: 1 };
    const intrude = (address: number, control: number) =>
      trunk.intrude(address, [{ write: Uint8Array.of(control) }]);

    it("does not pass on what another branch answered: which was selected, which was found, what to do", async () => {
      put(mine, 0x33);
      put(theirs, 0x11);
      const bus = await port().open(1, mine);
      expect(await read(bus)).toBe(0x33);
      intrude(first, 0x02);
      const { kind, message } = await failure(read(bus));
      expect([kind, message]).toEqual([
        "arbitration-lost",
        "arbitration-lost on i2c-1 at 0x70, read back the control register after a transfer with 0x29 (the I2C " +
          "multiplexer has channel 1 (0x02) selected, not channel 3 (0x08): another process did it (fuser -v " +
          "/dev/i2c-1 tells who has the bus open), and what was read may be another branch's): another controller " +
          "drives this bus: only one process may own it.",
      ]);
      trunk.intrude(first, undefined);
      expect(await read(bus)).toBe(0x33);
    });

    it("does not pass on what two branches answered together", async () => {
      put(mine, 0x33);
      put({ address: second, channel: 0 }, 0xf0);
      const opened = port();
      const bus = await opened.open(1, mine);
      await read(await opened.open(1, { address: second, channel: 0 }));
      intrude(second, 0x01);
      expect(await failure(read(bus))).toMatchObject({ kind: "arbitration-lost", address: second });
      trunk.intrude(second, undefined);
      expect(await read(bus)).toBe(0x33);
    });

    it("says that a write may have gone elsewhere", async () => {
      const own = put(mine, 0x33);
      const other = put(theirs, 0x11);
      const bus = await port().open(1, mine);
      intrude(first, 0x02);
      const error = await failure(bus.transfer(sensor, [{ write: Uint8Array.of(0x99) }]));
      expect(error.message).toContain("what was written may be in another branch");
      expect([own.value, other.value]).toEqual([0x33, 0x99]);
    });

    it("never passes on another branch's value, however often that is done, unless it is undone", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(turn, { maxLength: 20 }), async (turns) => {
          const cells = places.map((_, index) => new Cell(0x11 * (index + 1)));
          const values = () => cells.map(({ value }) => value);
          const intruded = new IntrudedTrunk();
          for (const [index, at] of places.entries()) intruded.trunk.branch(at).attach(sensor, cells[index]!);
          const opened = withMultiplexers(async () => intruded);
          const buses = await Promise.all(places.map((at) => opened.open(1, at)));
          for (const { place, written, intrusions } of turns) {
            const before = values();
            intruded.await(places[place]!, intrusions);
            const outcome = await (written === null
              ? read(buses[place]!)
              : buses[place]!.transfer(sensor, [{ write: Uint8Array.of(written) }])
            ).catch((error: unknown) => error);
            if (outcome instanceof PortError) expect(intruded.count).toBeGreaterThan(0);
            else if (written === null) expect(outcome).toBe(before[place]);
            else expect(values()).toEqual(before.with(place, written));
          }
          // Afterwards a turn fails at most once: the next one selects anew.
          intruded.await(places[0]!, []);
          const heard = [];
          for (const bus of buses) heard.push(await read(bus).catch(() => read(bus)));
          expect(heard).toEqual(values());
        }),
        { numRuns: 300 },
      );
    });
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
