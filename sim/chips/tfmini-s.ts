import { tfminiS } from "#devices/chips/tfmini-s.ts";
import { placeOf, speedAt } from "#devices/part.ts";
import type { Cancel } from "#devices/ports/clock.ts";
import type { LineSpeed } from "#devices/ports/serial.ts";
import type { EventLoop } from "../loop.ts";
import type { SerialTarget, VirtualSerialLine } from "../ports/serial.ts";
import { Senses, type Source, type Twin, type TwinDefinition, type TwinEnvironment } from "./twin.ts";

/** Default frame rate (manual A01, table 12). */
const factoryHz = 100;

/** From a command to its answer. The manual gives none for UART; this is a guess. */
const answerMs = 5;

/** Head, length, command and checksum; the longest sets a baud rate (section 7.3, table 12). */
const commandLengthMin = 4;
const commandLengthMax = 8;

/** V3.2.1, low number first (section 7.4). */
const version = [1, 2, 3];

/** Commands by their number that are documented and not modelled (table 12). */
const tagged = new Map([
  [0x02, "0x02 system reset"],
  [0x04, "0x04 trigger detection"],
  [0x06, "0x06 baud rate"],
  [0x0a, "0x0A communication interface"],
  [0x0b, "0x0B slave address of I2C"],
  [0x10, "0x10 restore factory settings"],
  [0x11, "0x11 save settings"],
  [0x3b, "0x3B I/O mode"],
]);

/** Abnormal distances (table 8), as words: minus one, two and four. */
const Abnormal = { Weak: 0xffff, Saturated: 0xfffe, Dazzled: 0xfffc } as const;

/**
 * TFmini-S at the far end of a serial line. Set the `distance` of what is before it, the `strength` of what comes
 * back, and the chip's `temperature`. It sends frames at the rate that it was set to, but makes none while nobody
 * listens.
 */
class TfminiSTwin implements Twin, SerialTarget {
  readonly part = tfminiS;
  readonly speed: LineSpeed;
  readonly untouchable = new Set<string>();
  readonly honesty = {
    modelled: [
      "standard data frames",
      "0x01 firmware version",
      "0x03 frame rate",
      "0x05 output format 9 bytes/cm",
      "0x07 enable output",
    ],
    tagged: [...tagged.values(), "0x05 Pixhawk and mm formats"],
  };
  readonly #loop: EventLoop;
  readonly #random: () => number;
  readonly #senses: Senses;
  readonly #line: VirtualSerialLine;
  #firstFrameMs: number;
  #frameHz = factoryHz;
  #isEnabled = true;
  #isPlugged = true;
  #isSilent = false;
  #isBabbling = false;
  #framesToCorrupt = 0;
  /** Of commands. */
  #received: number[] = [];
  #abnormal: number | undefined;
  #nextFrame: Cancel = () => {};

  constructor({ loop, random, place, wiring }: TwinEnvironment) {
    const at = placeOf("serial", place);
    this.#loop = loop;
    this.#random = random;
    this.speed = speedAt(at, { baudRate: 115_200 });
    this.#senses = new Senses(tfminiS.channels, loop);
    this.#senses.set("distance", 5);
    this.#senses.set("strength", 1_000);
    this.#senses.set("temperature", 40);
    this.#firstFrameMs = loop.now + random() * (1_000 / factoryHz);
    this.#line = wiring.serial(at.path, this);
  }

  set(channel: string, source: Source): void {
    this.#senses.set(channel, source);
  }

  sensed(channel: string): number {
    return this.#senses.now(channel);
  }

  /** Its connector is pulled: the line stays, and is silent. */
  unplug(): void {
    this.#isPlugged = false;
  }

  stick(channel?: string): void {
    this.#senses.stick(channel);
  }

  drift(channel: string, offset: number): void {
    this.#senses.drift(channel, offset);
  }

  /** It starts again as it was saved, at the factory's rate and with another phase. */
  brownOut(): void {
    this.#received = [];
    this.#frameHz = factoryHz;
    this.#isEnabled = true;
    this.#firstFrameMs = this.#loop.now + this.#random() * (1_000 / factoryHz);
    if (this.#line.isListenedTo) this.#schedule();
  }

  /** The next `count` frames arrive with one bit wrong. */
  corruptCrc(count: number): void {
    this.#framesToCorrupt = count;
  }

  /** It takes commands and says nothing. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Noise in place of frames. */
  garbage(): void {
    this.#isBabbling = true;
  }

  /** The sun, or a lamp, shines into it. */
  dazzle(): void {
    this.#abnormal = Abnormal.Dazzled;
  }

  /** A mirror is before it. */
  saturate(): void {
    this.#abnormal = Abnormal.Saturated;
  }

  mend(): void {
    this.#senses.mend();
    this.#isSilent = false;
    this.#isBabbling = false;
    this.#framesToCorrupt = 0;
    this.#abnormal = undefined;
    if (this.#isPlugged) return;
    this.#isPlugged = true;
    this.brownOut();
  }

  listening(yes: boolean): void {
    if (yes) this.#schedule();
    else this.#nextFrame();
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isPlugged) return;
    this.#received.push(...bytes);
    for (let frame = this.#nextCommand(); frame; frame = this.#nextCommand()) {
      const command = frame[2]!;
      const answer = this.#obey(command, Uint8Array.from(frame.slice(3, -1)));
      if (answer) this.#answer(command, answer);
    }
  }

  /** The next command that is whole and right (section 7.3); what is none is passed over. */
  #nextCommand(): number[] | undefined {
    while (this.#received.length >= commandLengthMin) {
      const [head, length = 0] = this.#received;
      const isCommand = head === 0x5a && length >= commandLengthMin && length <= commandLengthMax;
      if (isCommand && this.#received.length < length) return undefined;
      const frame = this.#received.slice(0, length);
      if (isCommand && frame.at(-1) === sum(frame.slice(0, -1))) return this.#received.splice(0, length);
      this.#received.shift();
    }
    return undefined;
  }

  /** @returns the values of the answer */
  #obey(command: number, values: Uint8Array): readonly number[] | undefined {
    if (command === 0x01) return version;
    if (command === 0x03) this.#frameHz = values[0]! + 256 * values[1]!;
    else if (command === 0x07) this.#isEnabled = values[0] === 1;
    else if (command !== 0x05 || values[0] !== 1) {
      this.untouchable.add(tagged.get(command) ?? `command 0x${command.toString(16)} ${values}`);
      return undefined;
    }
    if (command !== 0x05 && this.#line.isListenedTo) this.#schedule();
    return [...values];
  }

  #answer(command: number, values: readonly number[]): void {
    const frame = [0x5a, values.length + 4, command, ...values];
    this.#loop.at(this.#loop.now + answerMs, () => this.#send(Uint8Array.of(...frame, sum(frame))));
  }

  #send(frame: Uint8Array): void {
    if (!this.#isPlugged || this.#isSilent) return;
    if (this.#isBabbling) {
      this.#line.send(frame.map(() => Math.floor(this.#random() * 256)));
      return;
    }
    const sent = frame.slice();
    if (this.#framesToCorrupt > 0) {
      this.#framesToCorrupt--;
      sent[Math.floor(this.#random() * sent.length)]! ^= 1 << Math.floor(this.#random() * 8);
    }
    this.#line.send(sent);
  }

  /** The next frame on its own grid; a frame rate of 0 is for triggered detection. */
  #schedule(): void {
    this.#nextFrame();
    if (!this.#isEnabled || this.#frameHz === 0) return;
    const frameMs = 1_000 / this.#frameHz;
    const passed = (this.#loop.now - this.#firstFrameMs) / frameMs;
    const due = this.#firstFrameMs + Math.max(Math.floor(passed + 1e-6) + 1, 0) * frameMs;
    this.#nextFrame = this.#loop.at(due, () => {
      this.#send(this.#frame());
      this.#schedule();
    });
  }

  /** Section 5.3, table 7. */
  #frame(): Uint8Array {
    const strength = this.#abnormal === Abnormal.Saturated ? 0xffff : Math.round(this.sensed("strength"));
    const centimetres = Math.round(this.sensed("distance") * 100);
    const distance = this.#abnormal ?? (strength <= 100 ? Abnormal.Weak : centimetres);
    const temperature = Math.round((this.sensed("temperature") + 256) * 8);
    const words = [distance, strength, temperature].flatMap((word) => [word & 0xff, word >> 8]);
    const frame = [0x59, 0x59, ...words];
    return Uint8Array.of(...frame, sum(frame));
  }
}

function sum(bytes: Iterable<number>): number {
  let total = 0;
  for (const byte of bytes) total += byte;
  return total & 0xff;
}

export const twin = {
  part: tfminiS,
  create: (environment: TwinEnvironment) => new TfminiSTwin(environment),
} satisfies TwinDefinition;
