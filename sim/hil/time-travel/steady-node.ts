/**
 * Flags with which Node does the same each time, in the same order: V8 draws nothing by chance, neither compiles nor
 * collects garbage beside the program, and does not ask how much of it comes in a second, which while time travels is
 * next to none: it gave its young space back at every turn, and a fifth of what the guest's kernel had to do was to let
 * it have that again.
 */
export const steadyNode = ["--predictable", "--random-seed=1", "--hash-seed=1"] as const;
