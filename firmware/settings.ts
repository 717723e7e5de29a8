import * as Type from "@sinclair/typebox";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import { canonicalJson, type DesiredSettings, type Refusal, type ReportedSettings } from "#devices/wire.ts";
import { checkOnce } from "./check.ts";
import { settingsSchema } from "./config.ts";
import type { Kept } from "./kept.ts";
import { parseMessage } from "./message.ts";

type Values = Readonly<Record<string, unknown>>;
type InForce = ReportedSettings["inForce"];

/** Twice the fullest settings of any kind: 500 cards, 48 rows in each table. A longer message is refused unread. */
const messageBytesMax = 65_536;

/**
 * The settings of one unit. Desired ones are checked whole, kept durably, then put in force: all or nothing. What
 * cannot be applied changes nothing and is answered with every reason.
 */
export class Settings {
  readonly #factory: Values;
  readonly #schema: Type.TSchema;
  readonly #confidential: ReadonlySet<string>;
  readonly #kept: Kept<DesiredSettings>;
  /** As it was desired, without what the factory adds. */
  #applied: DesiredSettings | undefined;
  #inForce: InForce;
  #reported: ReportedSettings | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    declaration: Furniture,
    factory: Values,
    kept: Kept<DesiredSettings>,
    applied: DesiredSettings | undefined,
  ) {
    this.#factory = factory;
    this.#schema = desiredSchema(declaration);
    this.#confidential = confidentialOf(declaration);
    this.#kept = kept;
    this.#applied = applied;
    this.#inForce = this.#complete(applied);
  }

  /**
   * From what was last applied, if that can be read and is still valid; from the factory otherwise.
   * @param onTrouble told when what was kept is not valid: another version of this kind wrote it
   */
  static async load(
    declaration: Furniture,
    factory: Values,
    kept: Kept<DesiredSettings>,
    onTrouble: (what: string) => void,
  ): Promise<Settings> {
    const saved = await kept.load();
    const refusals = saved === undefined ? [] : checkOnce(desiredSchema(declaration), saved);
    const confidential = confidentialOf(declaration);
    for (const { field, problem, expected } of refusals.map((refusal) => discreet(refusal, confidential)))
      onTrouble(`kept settings are not used: ${field} ${problem}; expected ${expected}`);
    return new Settings(declaration, factory, kept, refusals.length === 0 ? saved : undefined);
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
        inForce: this.#shown(),
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
    if (this.#applied && canonicalJson(desired) === canonicalJson(this.#applied))
      return this.#answer(desired.revision, []);
    try {
      await this.#kept.save(desired);
    } catch (error) {
      const problem = `could not be stored: ${error instanceof Error ? error.message : error}`;
      return this.#answer(desired.revision, [{ field: "", problem, expected: "a working data partition" }]);
    }
    this.#applied = desired;
    this.#inForce = this.#complete(desired);
    return this.#answer(desired.revision, []);
  }

  /** What is not named takes the factory's value: the one of today, should a new version have changed it. */
  #complete(desired: DesiredSettings | undefined): InForce {
    return {
      revision: desired?.revision ?? "factory",
      settings: { ...this.#factory, ...desired?.settings },
    };
  }

  #answer(revision: string, refusals: readonly Refusal[]): ReportedSettings {
    const state = refusals.length === 0 ? "applied" : "refused";
    this.#reported = {
      ...{ revision, state, inForce: this.#shown() },
      refusals: refusals.map((refusal) => discreet(refusal, this.#confidential)),
    };
    return this.#reported;
  }

  /** What is in force, without what is confidential: that stays on the unit. */
  #shown(): InForce {
    const { revision, settings } = this.#inForce;
    const told = Object.entries(settings).filter(([name]) => !this.#confidential.has(name));
    return { revision, settings: Object.fromEntries(told) };
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

const confidentialOf = ({ settings }: Furniture): ReadonlySet<string> =>
  new Set(Object.keys(settings).filter((name) => settings[name]!.isConfidential));

/** A refusal that repeats nothing of a confidential setting. */
function discreet(refusal: Refusal, confidential: ReadonlySet<string>): Refusal {
  const [name = ""] = withoutPrefix(refusal).field.split("/");
  return confidential.has(name) ? { ...refusal, problem: "is not as it should be" } : refusal;
}

const revisionOf = (value: unknown) =>
  value !== null && typeof value === "object" && "revision" in value && typeof value.revision === "string"
    ? value.revision.slice(0, 64)
    : "unreadable";
