import { type TSchema, Type } from "@sinclair/typebox";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { DesiredSettings, Refusal, ReportedSettings } from "#devices/wire.ts";
import { check } from "./check.ts";
import { settingsSchema } from "./config.ts";
import type { Kept } from "./kept.ts";
import { parseMessage } from "./message.ts";

type Values = Readonly<Record<string, unknown>>;
type InForce = ReportedSettings["inForce"];

/** A desired message is never longer; a longer one is refused unread. */
const messageBytesMax = 16_384;

/**
 * The settings of one unit. Desired ones are checked whole, kept durably, then put in force: all or nothing. What
 * cannot be applied changes nothing and is answered with every reason.
 */
export class Settings {
  readonly #factory: Values;
  readonly #schema: TSchema;
  readonly #kept: Kept<InForce>;
  #inForce: InForce;
  #reported: ReportedSettings | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(declaration: Furniture, factory: Values, kept: Kept<InForce>, inForce: InForce) {
    this.#factory = factory;
    this.#schema = desiredSchema(declaration);
    this.#kept = kept;
    this.#inForce = inForce;
  }

  /** From what was last applied, if that can be read and is still valid; from the factory otherwise. */
  static async load(declaration: Furniture, factory: Values, kept: Kept<InForce>): Promise<Settings> {
    const saved = await kept.load();
    const usable = saved && check(settingsSchema(declaration), saved.settings).length === 0;
    const inForce = usable
      ? { revision: saved.revision, settings: { ...factory, ...saved.settings } }
      : { revision: "factory", settings: factory };
    return new Settings(declaration, factory, kept, inForce);
  }

  /** The values in force, by name: a new object with each revision. */
  get current(): Values {
    return this.#inForce.settings;
  }

  /** What the unit says of its settings: the answer to the last desired message, or that none came yet. */
  get reported(): ReportedSettings {
    return (
      this.#reported ?? {
        revision: this.#inForce.revision,
        state: "applied",
        refusals: [],
        inForce: this.#inForce,
      }
    );
  }

  /** Takes a desired message as it came. Resolves with the answer, once what it says is durable. */
  desire(payload: Uint8Array): Promise<ReportedSettings> {
    const turn = this.#turn.then(() => this.#desire(payload));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #desire(payload: Uint8Array): Promise<ReportedSettings> {
    const { value, refusals } = parseMessage(payload, messageBytesMax, this.#schema);
    if (refusals) return this.#answer(revisionOf(value), refusals.map(withoutPrefix));
    const desired = value as DesiredSettings;
    if (desired.revision === this.#inForce.revision) return this.#answer(desired.revision, []);
    const inForce = { revision: desired.revision, settings: { ...this.#factory, ...desired.settings } };
    try {
      await this.#kept.save(inForce);
    } catch (error) {
      const problem = `could not be stored: ${error instanceof Error ? error.message : error}`;
      return this.#answer(desired.revision, [{ field: "", problem, expected: "a working data partition" }]);
    }
    this.#inForce = inForce;
    return this.#answer(desired.revision, []);
  }

  #answer(revision: string, refusals: readonly Refusal[]): ReportedSettings {
    const state = refusals.length === 0 ? "applied" : "refused";
    this.#reported = { revision, state, refusals, inForce: this.#inForce };
    return this.#reported;
  }
}

const desiredSchema = (declaration: Furniture) =>
  Type.Object(
    {
      revision: Type.String({ minLength: 1, maxLength: 64 }),
      settings: settingsSchema(declaration),
    },
    { additionalProperties: false },
  );

/** The integrator knows settings, not envelopes: `settings/holdTime` is `holdTime` to him. */
const withoutPrefix = (refusal: Refusal): Refusal => ({
  ...refusal,
  field: refusal.field.replace(/^settings\//, ""),
});

const revisionOf = (value: unknown) =>
  value !== null && typeof value === "object" && "revision" in value && typeof value.revision === "string"
    ? value.revision.slice(0, 64)
    : "unreadable";
