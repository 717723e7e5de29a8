import type { ExitCode } from "./exit-codes.ts";

/** What went wrong in a sentence for the person at the keyboard, what to do about it, and how to exit. */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, hint?: string) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
