/** What is there already, or will be: where nothing has to be waited for, nobody pays for a promise. */
export type Soon<T> = T | Promise<T>;

/** What `next` makes of it, as soon. */
export const thereupon = <T, R>(soon: Soon<T>, next: (value: T) => R): Soon<R> =>
  soon instanceof Promise ? soon.then(next) : next(soon);

/**
 * Goes on with what is asked for: before this returns where it is there already, else when it is. What `ask` or
 * `next` throws, and what the promise rejects with, goes to `failed`.
 */
export function goOn<T>(
  ask: () => Soon<T>,
  next: (value: T) => void,
  failed: (error: unknown) => void,
): void {
  try {
    const soon = ask();
    if (soon instanceof Promise) soon.then(next).catch(failed);
    else next(soon);
  } catch (error) {
    failed(error);
  }
}
