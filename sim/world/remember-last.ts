/** The same function, which computes nothing when it is asked again for the instant it was asked for last. */
export function rememberLast<Value>(at: (unixMs: number) => Value): (unixMs: number) => Value {
  let instant: number | undefined;
  let value: Value | undefined;
  return (unixMs) => {
    if (unixMs !== instant) {
      value = at(unixMs);
      instant = unixMs;
    }
    return value as Value;
  };
}
