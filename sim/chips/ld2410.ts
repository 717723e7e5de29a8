import { ld2410 } from "#devices/chips/ld2410.ts";
import { placeOf } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { EventLoop } from "../loop.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/** Between two reports. */
const reportMs = 100;

/** From a command to its acknowledgement. The protocol gives none; this is a guess. */
const acknowledgeMs = 5;

/** Longer than any command of the protocol: what has come without an end is dropped. */
const commandLengthMax = 64;

const commandHead = "fdfcfbfa";
const commandEnd = "04030201";

/** Status of an acknowledgement (2.2): little-endian words, as everything here. */
const done = "0000";

/** Protocol version 1, buffer of 64 bytes (2.2.1). */
const protocol = "01004000";

/** V1.07.22091516, as such a module answers: type 0x0100, major, minor. */
const firmware = "0001070116150922";

/** Commands by word that are documented and not modelled (2.2.3 to 2.2.11). */
const tagged = new Map([
  ["6000", "0x0060 maximum distance gate and unmanned duration"],
  ["6100", "0x0061 read parameters"],
  ["6200", "0x0062 enable engineering mode"],
  ["6300", "0x0063 close engineering mode"],
  ["6400", "0x0064 range gate sensitivity"],
  ["a100", "0x00A1 set serial port baud rate"],
  ["a200", "0x00A2 factory reset"],
  ["a300", "0x00A3 restart"],
]);

/**
 * HLK-LD2410 at the far end of a serial line. Set what it detects: `presence`, the `distance` of the target and the
 * energies; presence without any moving energy is a stationary target. It reports every 100 ms, but no report is
 * made while nobody listens.
 */
export class Ld2410Twin implements Twin, SerialTarget {
  readonly part = ld2410;
  readonly speed: LineSpeed = { baudRate: 256_000 };
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: [
      "basic reports",
      "0x00FF enable configuration",
      "0x00FE end configuration",
      "0x00A0 read firmware version",
    ],
    tagged: [...tagged.values(), "engineering reports", "unmanned duration", "sensitivities"],
  };
  readonly #loop: EventLoop;
  readonly #random: () => number;
  readonly #senses: Senses;
  readonly #line: VirtualSerialLine;
  #firstReportMs: number;
  #isPlugged = true;
  #isBabbling = false;
  #isConfiguring = false;
  #commands = "";
  #nextReport: Cancel = () => {};

  constructor({ loop, random, place, wiring }: TwinEnvironment) {
    this.#loop = loop;
    this.#random = random;
    this.#senses = new Senses(ld2410.channels, loop);
    this.#firstReportMs = loop.now + random() * reportMs;
    this.#line = wiring.serial(placeOf("serial", place).path, this);
  }

  set(channel: string, source: Source): void {
    this.#senses.set(channel, source);
  }

  /** Somebody is there or not: a presence between 0 and 1 goes to the nearer one. */
  sensed(channel: string): number {
    const value = this.#senses.now(channel);
    return channel === "presence" ? Math.round(value) : value;
  }

  /** Its connector is pulled: the line stays, and is silent. */
  unplug(): void {
    this.#isPlugged = false;
  }

  /** Reports go on, always the same: as when its signal processor hangs. */
  stick(channel?: string): void {
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#senses.drift(channel, offset);
  }

  /** It starts again, out of the configuration, with another phase of its reports. */
  brownOut(): void {
    this.#isConfiguring = false;
    this.#commands = "";
    this.#firstReportMs = this.#loop.now + this.#random() * reportMs;
    if (this.#line.isListenedTo) this.#schedule();
  }

  /** Noise in place of reports. */
  garbage(): void {
    this.#isBabbling = true;
  }

  mend(): void {
    this.#senses.mend();
    this.#isBabbling = false;
    if (this.#isPlugged) return;
    this.#isPlugged = true;
    this.brownOut();
  }

  listening(yes: boolean): void {
    if (yes) this.#schedule();
    else this.#nextReport();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    this.#commands += Buffer.from(bytes).toString("hex");
    for (let end = this.#endOfCommand(); end >= 0; end = this.#endOfCommand()) {
      const command = this.#commands.slice(0, end);
      this.#commands = this.#commands.slice(end + commandEnd.length);
      const start = command.lastIndexOf(commandHead);
      if (start >= 0) this.#obey(command.slice(start + commandHead.length));
    }
    this.#commands = this.#commands.slice(-2 * commandLengthMax);
  }

  #endOfCommand(): number {
    return this.#commands.indexOf(commandEnd);
  }

  /** @param frame length and data of a command, in hexadecimal */
  #obey(frame: string): void {
    const length = Number.parseInt(frame.slice(2, 4) + frame.slice(0, 2), 16);
    const word = frame.slice(4, 8);
    if (frame.length !== 4 + 2 * length) return;
    if (word === "ff00") {
      this.#isConfiguring = true;
      this.#acknowledge(word, done + protocol);
    } else if (!this.#isConfiguring) return;
    else if (word === "a000") this.#acknowledge(word, done + firmware);
    else if (word === "fe00") {
      this.#isConfiguring = false;
      this.#acknowledge(word, done);
    } else this.untouchable.add(tagged.get(word) ?? `command ${word}`);
  }

  /** The command word with bit 8 set, then what it answers (table 5). */
  #acknowledge(word: string, answer: string): void {
    const data = `${word.slice(0, 2)}01${answer}`;
    const length = (data.length / 2).toString(16).padStart(2, "0");
    const frame = Buffer.from(`${commandHead}${length}00${data}${commandEnd}`, "hex");
    this.#loop.at(this.#loop.now + acknowledgeMs, () => {
      if (this.#isPlugged) this.#line.send(frame);
    });
  }

  /** The next report on the module's own grid of 100 ms. */
  #schedule(): void {
    this.#nextReport();
    const passed = (this.#loop.now - this.#firstReportMs) / reportMs;
    const due = this.#firstReportMs + Math.max(Math.floor(passed + 1e-6) + 1, 0) * reportMs;
    this.#nextReport = this.#loop.at(due, () => {
      if (this.#isPlugged && !this.#isConfiguring)
        this.#line.send(this.#isBabbling ? this.#noise() : this.#report());
      this.#schedule();
    });
  }

  /** Tables 8 to 12. */
  #report(): Uint8Array {
    const isPresent = this.sensed("presence") === 1;
    const centimetres = Math.round(this.sensed("distance") * 100);
    const movingEnergy = Math.round(this.sensed("movingEnergy"));
    const stationaryEnergy = Math.round(this.sensed("stationaryEnergy"));
    const isMoving = isPresent && movingEnergy > 0;
    const isStationary = isPresent && (stationaryEnergy > 0 || !isMoving);
    const word = (value: number) => [value & 0xff, value >> 8];
    return Uint8Array.of(
      ...[0xf4, 0xf3, 0xf2, 0xf1, 13, 0, 0x02, 0xaa],
      (isMoving ? 1 : 0) + (isStationary ? 2 : 0),
      ...word(isMoving ? centimetres : 0),
      movingEnergy,
      ...word(isStationary ? centimetres : 0),
      stationaryEnergy,
      ...word(centimetres),
      ...[0x55, 0x00, 0xf8, 0xf7, 0xf6, 0xf5],
    );
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: 23 }, () => Math.floor(this.#random() * 256));
  }
}

export const twin = {
  part: ld2410,
  create: (environment: TwinEnvironment) => new Ld2410Twin(environment),
} satisfies TwinDefinition;
