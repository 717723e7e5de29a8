import type { Part } from "#devices/part.ts";
import { placeOf } from "#devices/part.ts";
import type { I2cTarget, VirtualI2cBus } from "../ports/i2c.ts";
import { Senses, type Source, type Twin, type TwinEnvironment } from "./twin.ts";

/** A bit field: `modelled` behaves, `tagged` is documented in the datasheet but does nothing here. */
export interface Field {
  readonly high: number;
  readonly low: number;
  readonly modelled: boolean;
}

export const field = (high: number, low = high): Field => ({ high, low, modelled: true });
export const tagged = (high: number, low = high): Field => ({ high, low, modelled: false });

export interface RegisterDefinition {
  readonly at: number;
  readonly access: "r" | "rw" | "w";
  readonly reset: number;
  /** In bits, where it is not the layout's: the parts with longer registers send their highest byte first. */
  readonly width?: 8 | 16 | 24 | 40;
  /** Fields by datasheet name; a register without fields is modelled whole. */
  readonly fields?: Readonly<Record<string, Field>>;
  /** Documented, not modelled: any access is reported. */
  readonly tagged?: boolean;
  /** What a read finds, instead of what was last written. */
  readonly read?: () => number;
  /** After a write. Return false to refuse the byte (no acknowledge). */
  readonly written?: (value: number, previous: number) => boolean | undefined;
}

export type RegisterTable = Readonly<Record<string, RegisterDefinition>>;

interface NamedRegister {
  readonly name: string;
  readonly register: RegisterDefinition;
  readonly bytes: number;
  /** Its tagged fields. */
  readonly tags: readonly { readonly fieldName: string; readonly mask: number }[];
}

const tagsOf = ({ fields = {} }: RegisterDefinition) =>
  Object.entries(fields).flatMap(([fieldName, { high, low, modelled }]) =>
    modelled ? [] : [{ fieldName, mask: ((1 << (high - low + 1)) - 1) << low }],
  );

/** How wide a part's registers are, and which byte of a word comes first on the bus. */
export type RegisterLayout =
  | { readonly width: 8 }
  | { readonly width: 16; readonly byteOrder: "big" | "little" };

/** What a byte of a word counts, from the lowest one on. */
const bytePlaces = [1, 2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32] as const;

/**
 * A part on I2C that is a table of registers behind a one-byte pointer. A subclass states the table, how the
 * pointer moves, and what a write sets in motion; this class speaks the bus. What the datasheet reserves reads as
 * zero, and touching it is reported by name.
 */
export abstract class RegisterTwin implements Twin, I2cTarget {
  abstract readonly part: Part;
  readonly untouchable = new Set<string>();
  protected readonly senses: Senses;
  protected readonly environment: TwinEnvironment;
  readonly #width: number;
  readonly #isBigEndian: boolean;
  readonly #bus: VirtualI2cBus;
  readonly #address: number;
  #registers: readonly NamedRegister[] = [];
  /** By address. */
  readonly #table: (NamedRegister | undefined)[] = [];
  readonly #values: number[] = [];
  #pointer = 0;
  #plugged = true;

  constructor(part: Part, environment: TwinEnvironment, layout: RegisterLayout) {
    const { bus, address, behind } = placeOf("i2c", environment.place);
    this.environment = environment;
    this.senses = new Senses(part.channels, environment.loop);
    this.#width = layout.width;
    this.#isBigEndian = layout.width === 16 && layout.byteOrder === "big";
    this.#bus = environment.wiring.i2c(bus, behind);
    this.#address = address;
    this.#bus.attach(address, this);
  }

  /** Called once by the subclass's constructor, with the table that closes over its state. */
  protected define(table: RegisterTable): void {
    this.#registers = Object.entries(table).map(([name, register]) => ({
      name,
      register,
      bytes: (register.width ?? this.#width) / 8,
      tags: tagsOf(register),
    }));
    for (const known of this.#registers) this.#table[known.register.at] = known;
    this.powerOn();
  }

  /** Registers as after power-on. A subclass resets its own state too, then calls this. */
  protected powerOn(): void {
    this.#pointer = 0;
    for (const { register } of this.#registers) this.#values[register.at] = register.reset;
  }

  /** Where the pointer goes after a register was read or written. */
  protected next(pointer: number): number {
    return (pointer + 1) & 0xff;
  }

  /** The register that the pointer means, where the pointer carries more than an address. */
  protected registerAt(pointer: number): number {
    return pointer;
  }

  /** What was last written to the register (or its reset value). */
  protected value(at: number): number {
    return this.#values[at] ?? 0;
  }

  protected store(at: number, value: number): void {
    this.#values[at] = value;
  }

  write(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    this.#pointer = bytes[0]!;
    let index = 1;
    for (let size = this.#size; index + size <= bytes.length; size = this.#size) {
      if (!this.#write(this.#pointer, this.#word(bytes, index, size))) return false;
      this.#pointer = this.next(this.#pointer);
      index += size;
    }
    return true;
  }

  read(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; this.#pointer = this.next(this.#pointer)) {
      const size = this.#size;
      const value = this.#read(this.#pointer);
      for (let byte = 0; byte < size && index < length; byte++)
        bytes[index++] = Math.floor(value / bytePlaces[this.#isBigEndian ? size - 1 - byte : byte]!);
    }
    return bytes;
  }

  set(channel: string, source: Source): void {
    this.senses.set(channel, source);
  }

  sensed(channel: string): number {
    return this.senses.now(channel);
  }

  unplug(): void {
    if (this.#plugged) this.#bus.detach(this.#address);
    this.#plugged = false;
  }

  stick(channel?: string): void {
    this.senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.senses.drift(channel, offset);
  }

  brownOut(): void {
    this.powerOn();
  }

  /** A part that was pulled out comes back as after power-on. */
  mend(): void {
    this.senses.mend();
    if (this.#plugged) return;
    this.powerOn();
    this.#bus.attach(this.#address, this);
    this.#plugged = true;
  }

  get honesty() {
    const names = (wanted: boolean) =>
      this.#registers.flatMap(({ name, register }) => {
        if (!register.fields) return !register.tagged === wanted ? [name] : [];
        return Object.entries(register.fields)
          .filter(([, { modelled }]) => modelled === wanted)
          .map(([fieldName]) => `${name}.${fieldName}`);
      });
    return { modelled: names(true), tagged: names(false) };
  }

  /** Bytes of the register that the pointer means. */
  get #size(): number {
    return this.#table[this.registerAt(this.#pointer)]?.bytes ?? this.#width / 8;
  }

  #word(bytes: Uint8Array, from: number, size: number): number {
    let word = 0;
    for (let byte = 0; byte < size; byte++)
      word = word * 256 + bytes[from + (this.#isBigEndian ? byte : size - 1 - byte)]!;
    return word;
  }

  #read(pointer: number): number {
    const at = this.registerAt(pointer);
    const known = this.#table[at];
    if (!known || known.register.tagged || known.register.access === "w") {
      this.untouchable.add(`read ${known?.name ?? `0x${at.toString(16)}`}`);
      return 0;
    }
    const { register } = known;
    return register.read ? register.read() : this.value(at);
  }

  #write(pointer: number, value: number): boolean {
    const at = this.registerAt(pointer);
    const known = this.#table[at];
    if (!known || known.register.tagged || known.register.access === "r") {
      this.untouchable.add(`write ${known?.name ?? `0x${at.toString(16)}`}`);
      return true;
    }
    const { name, register, tags } = known;
    for (const { fieldName, mask } of tags)
      if ((value & mask) !== (register.reset & mask)) this.untouchable.add(`${name}.${fieldName}`);
    const previous = this.value(at);
    this.#values[at] = value;
    return register.written?.(value, previous) ?? true;
  }
}
