/** What went wrong in a sentence for the person at the keyboard, what to do about it, and how to exit. */
export class UserError extends Error {
  readonly hint: string | undefined;
  /** One of `exitCodes`, or that of a command which was run for the user. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number, hint?: string) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
