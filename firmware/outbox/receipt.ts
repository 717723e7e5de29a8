import type { SequenceRange } from "./removals.ts";

/**
 * What whoever stores the records tells a unit: which of them are durable there. As JSON, on a topic of the unit:
 *
 *     { "epoch": "5f0c3a9be1d27746", "stored": [[1, 40], [43, 43]] }
 *
 * Both ends of a range are stored, and so is all between. Records come by priority, and dropped ones never come,
 * so there is no single high-water mark: an ingester lists what it has stored, whether only the latest batch or
 * everything merged into ranges, as it likes. A receipt may be repeated, come late, or be lost: what was not
 * listed is sent again, and what is sent again is listed again. To tell duplicates, an ingester keeps the ranges
 * per device and epoch; below the `floor` that a unit publishes nothing is ever sent again.
 */
export interface Receipt {
  readonly epoch: string;
  readonly stored: readonly SequenceRange[];
}

/** Error that says what was wrong and where, when `payload` is not a receipt. */
export function parseReceipt(payload: string): Receipt {
  const receipt: unknown = parseJson(payload);
  if (typeof receipt !== "object" || receipt === null) throw wrong("the whole", receipt, "an object");
  const { epoch, stored } = receipt as Record<string, unknown>;
  if (typeof epoch !== "string" || !/^[0-9a-f]{16}$/.test(epoch))
    throw wrong("epoch", epoch, "16 hexadecimal digits in lower case");
  if (!Array.isArray(stored)) throw wrong("stored", stored, "a list of ranges");
  stored.forEach((range: unknown, index) => {
    if (!isRange(range)) throw wrong(`stored[${index}]`, range, "[from, to] with 1 <= from <= to");
  });
  return { epoch, stored };
}

function isRange(range: unknown): range is SequenceRange {
  if (!Array.isArray(range) || range.length !== 2) return false;
  const [from, to] = range;
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 1 && from <= to;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (cause) {
    throw new Error(`a receipt is a JSON object, not ${payload.slice(0, 60)}`, { cause });
  }
}

const wrong = (field: string, value: unknown, expected: string) =>
  new Error(`receipt, ${field}: ${expected} expected, not ${JSON.stringify(value)?.slice(0, 60)}`);
