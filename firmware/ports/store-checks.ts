/** RangeError unless `name` may name a file of a Store. Every implementation calls it first. */
export function checkName(name: string): void {
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || name.length > 128)
    throw new RangeError(
      `"${name}" is not a file name here: a-z, 0-9, "." and "-", 128 at most, no leading "."`,
    );
}

/** RangeError unless `offset` and `length` lie within a file of `size` bytes: files of a Store never grow. */
export function checkSpan(name: string, size: number, offset: number, length: number): void {
  const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  if (!whole || offset < 0 || length < 0 || offset + length > size)
    throw new RangeError(`${length} bytes at ${offset} are not within ${name}, which has ${size}`);
}
