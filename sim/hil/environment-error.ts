/** This machine lacks what the kernel world stands on; the message says what, and what to do. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}
