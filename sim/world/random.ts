/**
 * Seeded randomness in named streams. Each stream is a xoshiro128** generator (Blackman and Vigna, "Scrambled
 * Linear Pseudorandom Number Generators", ACM TOMS 47(4), 2021) whose state depends on the run's seed and on the
 * stream's name alone: what one part of the world draws never moves what another part draws.
 */
export interface Random {
  /** 32 random bits, 0 to 2³² − 1. */
  word(): number;
  /** Uniform in [min, max). */
  uniform(min?: number, max?: number): number;
  /** Uniform whole number from min to max, both included. */
  integer(min: number, max: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  normal(mean: number, standardDeviation: number): number;
  /** Waiting time between events that come `1 / mean` per unit of time. */
  exponential(mean: number): number;
}

/** The finaliser of MurmurHash3_x86_32 (Appleby): every input bit reaches every output bit. */
export function mix32(value: number): number {
  let word = value >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** SplitMix with 32-bit words (Steele, Lea and Flood, OOPSLA 2014; increment 2³²/φ, mix32 as its mixer). */
export function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix32(state);
  };
}

/** FNV-1a, 32 bits, over UTF-16 code units, from a basis other than the standard one where wanted. */
export function fnv1a32(text: string, basis = 0x811c9dc5): number {
  let hash = basis;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const rotateLeft = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** The bare generator from a state that is not all zero. */
export function xoshiro128starstar(state: readonly [number, number, number, number]): () => number {
  let [s0, s1, s2, s3] = state;
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return result;
  };
}

/** RangeError when `seed` is no integer, or too large to be exact. */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`a seed is an integer up to ±(2^53 − 1), not ${seed}`);
}

/**
 * @param seed the run's seed, an integer up to ±(2⁵³ − 1); RangeError otherwise.
 * @param stream what the numbers are for: `people 490123`, `radar noise lamp-03`.
 */
export function random(seed: number, stream: string): Random {
  checkSeed(seed);
  const low = splitmix32(seed);
  const high = splitmix32(Math.floor(seed / 2 ** 32));
  const stateWord = () => mix32(fnv1a32(stream, low() ^ rotateLeft(high(), 16)));
  const word = xoshiro128starstar([stateWord(), stateWord(), stateWord(), stateWord()]);
  const unit = () => word() / 2 ** 32;
  return {
    word,
    uniform: (min = 0, max = 1) => min + (max - min) * unit(),
    integer: (min, max) => min + Math.floor(unit() * (max - min + 1)),
    chance: (p) => unit() < p,
    // Box and Muller (1958); log1p keeps a draw of exactly 0 finite.
    normal: (mean, standardDeviation) =>
      mean + standardDeviation * Math.sqrt(-2 * Math.log1p(-unit())) * Math.cos(2 * Math.PI * unit()),
    exponential: (mean) => -mean * Math.log1p(-unit()),
  };
}
