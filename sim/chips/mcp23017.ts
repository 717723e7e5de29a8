import { benchWiring, mcp23017, type Wiring } from "#devices/chips/mcp23017.ts";
import type { Part } from "#devices/part.ts";
import { DrivingTwin } from "./driving-registers.ts";
import { field, type RegisterTable, tagged } from "./registers.ts";
import type { TwinDefinition, TwinEnvironment } from "./twin.ts";

/** Addresses of port A with IOCON.BANK = 0; port B is the next one (DS20001952D, table 3-1). */
const IODIR = 0x00;
const IPOL = 0x02;
const IOCON = 0x0a;
const GPPU = 0x0c;
const GPIO = 0x12;
const OLAT = 0x14;
const lastRegister = 0x15;

type Port = 0 | 1;

/** Where a line is: port A is 0. */
interface Location {
  readonly name: string;
  readonly port: Port;
  readonly bit: number;
  readonly isActiveLow: boolean;
}

const locate = (pins: Readonly<Record<string, string>>, activeLow: readonly string[]): readonly Location[] =>
  Object.entries(pins).map(([name, pin]) => ({
    name,
    port: pin.startsWith("GPA") ? 0 : 1,
    bit: Number.parseInt(pin.slice(3), 10),
    isActiveLow: activeLow.includes(name),
  }));

/**
 * MCP23017 with load switches and fault outputs around it. A resistor at each load switch holds it off while its
 * pin is not driven; what is active low at an input is an open drain, which needs the pull-up of GPPU to read high.
 * Interrupts, the other banks of addresses and byte mode are only known by name.
 */
class Mcp23017Twin extends DrivingTwin {
  readonly part: Part;
  readonly #outputs: readonly Location[];
  readonly #inputs: readonly Location[];
  /** Outputs whose pin is shorted, and to which level. */
  readonly #shorted = new Map<string, boolean>();

  constructor(part: Part, { outputs, inputs, activeLow = [] }: Wiring, environment: TwinEnvironment) {
    super(part, environment, { width: 8 });
    this.part = part;
    this.#outputs = locate(outputs, activeLow);
    this.#inputs = locate(inputs, activeLow);
    this.define({ ...this.#portRegisters(0), ...this.#portRegisters(1) });
    for (const line of this.#outputs) this.drive(line.name, () => this.#load(line));
  }

  /** Fault: the pin of an output is shorted to ground, or to the supply. Whatever is latched, there it stays. `mend` ends it. */
  short(output: string, to: "ground" | "supply" = "ground"): void {
    this.#shorted.set(output, to === "supply");
    this.changed();
  }

  override mend(): void {
    this.#shorted.clear();
    super.mend();
  }

  /** Sequential operation rolls over after the last register (section 3.2.1). */
  protected override next(pointer: number): number {
    return pointer === lastRegister ? IODIR : pointer + 1;
  }

  #portRegisters(port: Port): RegisterTable {
    const letter = "AB"[port];
    const plain = (at: number, reset = 0) => ({ at: at + port, access: "rw" as const, reset });
    const interrupt = (at: number, access: "r" | "rw") => ({
      at: at + port,
      access,
      reset: 0,
      fields: { all: tagged(7, 0) },
    });
    return {
      [`IODIR${letter}`]: plain(IODIR, 0xff),
      [`IPOL${letter}`]: plain(IPOL),
      [`GPINTEN${letter}`]: interrupt(0x04, "rw"),
      [`DEFVAL${letter}`]: interrupt(0x06, "rw"),
      [`INTCON${letter}`]: interrupt(0x08, "rw"),
      [`IOCON${letter}`]: {
        ...plain(IOCON),
        fields: {
          BANK: tagged(7),
          MIRROR: tagged(6),
          SEQOP: tagged(5),
          DISSLW: tagged(4),
          ODR: tagged(2),
          INTPOL: tagged(1),
          unimplemented: field(0),
        },
        // One register at two addresses, of which bit 0 is not implemented.
        read: () => this.value(IOCON) & 0xfe,
        written: (value) => this.store(IOCON, value) as undefined,
      },
      [`GPPU${letter}`]: plain(GPPU),
      [`INTF${letter}`]: interrupt(0x0e, "r"),
      [`INTCAP${letter}`]: interrupt(0x10, "r"),
      [`GPIO${letter}`]: {
        ...plain(GPIO),
        read: () => this.#levels(port) ^ this.value(IPOL + port),
        // Writing to the port writes to the latch (section 3.5.10).
        written: (value) => this.store(OLAT + port, value) as undefined,
      },
      [`OLAT${letter}`]: plain(OLAT),
    };
  }

  #isDriven({ port, bit }: Location): boolean {
    return (this.value(IODIR + port) & (1 << bit)) === 0;
  }

  /** Level at the pin of an output: latched, shorted, or left to the resistor that holds the load off. */
  #outputLevel(line: Location): boolean {
    const shorted = this.#shorted.get(line.name);
    if (shorted !== undefined) return shorted;
    return this.#isDriven(line) ? (this.value(OLAT + line.port) & (1 << line.bit)) !== 0 : line.isActiveLow;
  }

  #load(line: Location): number {
    return this.#outputLevel(line) !== line.isActiveLow ? 1 : 0;
  }

  /** An open drain pulls low while it is active, and lets go otherwise. */
  #inputLevel({ name, port, bit, isActiveLow }: Location): boolean {
    const isActive = this.sensed(name) === 1;
    const isPulledUp = (this.value(GPPU + port) & (1 << bit)) !== 0;
    return isActiveLow ? !isActive && isPulledUp : isActive;
  }

  /** Levels of a port's pins; one without a wire follows its pull-up, or its latch. */
  #levels(port: Port): number {
    const driving = ~this.value(IODIR + port) & 0xff;
    let levels = (driving & this.value(OLAT + port)) | (~driving & this.value(GPPU + port));
    const put = ({ bit }: Location, isHigh: boolean) => {
      levels = isHigh ? levels | (1 << bit) : levels & ~(1 << bit);
    };
    for (const line of this.#outputs) if (line.port === port) put(line, this.#outputLevel(line));
    for (const line of this.#inputs)
      if (line.port === port && !this.#isDriven(line)) put(line, this.#inputLevel(line));
    return levels & 0xff;
  }
}

/** The twin of a part that `mcp23017With` made of this wiring. */
export const twinWith = (part: Part, wiring: Wiring) => ({
  part,
  create: (environment: TwinEnvironment) => new Mcp23017Twin(part, wiring, environment),
});

export const twin = twinWith(mcp23017, benchWiring) satisfies TwinDefinition;
