import type { Board } from "./boards.ts";
import type { Finding } from "./finding.ts";
import type { Fitted } from "./wiring.ts";

/** A supply of the board, and who is fed by it. */
export interface Rail {
  readonly volts: 3.3 | 5;
  readonly usedMa: number;
  readonly availableMa: number;
  /** How the two came about: `radar (ld2410) 200 mA = 200 mA; 3000 mA − 600 mA for the board`. */
  readonly arithmetic: string;
  readonly roles: readonly string[];
}

/** Above this share of what a rail gives, nothing must come on top. */
const shareMax = 0.8;

/** The lower of the board's two voltages that suits a part; undefined where neither does, or none is needed. */
export function railOf({ part: { electrical } }: Fitted): 3.3 | 5 | undefined {
  if (!electrical || electrical.supply === "own") return undefined;
  const [min, max] = electrical.supply;
  return ([3.3, 5] as const).find((volts) => volts >= min && volts <= max);
}

const round = (ma: number) => Math.round(ma * 100) / 100;

/** Both supplies of the board; that of 3.3 V is made from the other. */
export function railsOf(parts: readonly Fitted[], board: Board): readonly [Rail, Rail] {
  const low = railAt(3.3, parts, board.rail3V3Ma, `a ${board.title} gives ${board.rail3V3Ma} mA`);
  const own = board.ownMa + low.usedMa;
  const high = railAt(
    5,
    parts,
    board.supplyMa - own,
    `its supply gives ${board.supplyMa} mA − ${board.ownMa} mA for the board − ${low.usedMa} mA for 3.3 V = ${round(board.supplyMa - own)} mA`,
  );
  return [low, high];
}

function railAt(volts: 3.3 | 5, parts: readonly Fitted[], availableMa: number, gives: string): Rail {
  const fed = parts.filter((fitted) => railOf(fitted) === volts);
  const current = ({ part }: Fitted) => part.electrical?.currentMaxMa ?? 0;
  const usedMa = round(fed.reduce((sum, fitted) => sum + current(fitted), 0));
  const sum = fed.map((fitted) => `${fitted.role} ${current(fitted)}`).join(" + ");
  return {
    volts,
    usedMa,
    availableMa: round(availableMa),
    arithmetic: `${sum || "nothing"} = ${usedMa} mA; ${gives}`,
    roles: fed.map(({ role }) => role),
  };
}

/** Voltages that the board does not have, and currents that it does not give. */
export const supplyFindings = (parts: readonly Fitted[], board: Board): Finding[] => [
  ...parts.flatMap(suppliesOf),
  ...railsOf(parts, board).flatMap(powerFindings),
];

function suppliesOf(fitted: Fitted): Finding[] {
  const { role, part } = fitted;
  const field = `parts/${role}`;
  if (!part.electrical)
    return [
      {
        severity: "notice",
        rule: "supply",
        role,
        field,
        found: `nothing is known of the supply and the levels of ${part.id}`,
        expected: "`electrical` in its declaration",
        fix: `look them up in ${part.datasheet} before wiring ${role}, and write them into devices/chips/${part.id}.ts`,
      },
    ];
  if (part.electrical.supply === "own" || railOf(fitted) !== undefined) return [];
  const [min, max] = part.electrical.supply;
  return [
    {
      severity: "warning",
      rule: "supply",
      role,
      field,
      found: `${role} (${part.id}) wants ${min} V to ${max} V, which no pin of the board has`,
      expected: "3.3 V or 5 V",
      fix: "give it a supply of its own, with the ground of the board",
    },
  ];
}

function powerFindings({ volts, usedMa, availableMa, arithmetic, roles }: Rail): Finding[] {
  if (usedMa <= shareMax * availableMa) return [];
  const isTooMuch = usedMa > availableMa;
  return [
    {
      severity: isTooMuch ? "error" : "warning",
      rule: "power",
      field: `parts/${roles[0]}`,
      found: `parts at ${volts} V draw up to ${usedMa} mA of ${availableMa} mA: ${arithmetic}`,
      expected: `at most ${round(shareMax * availableMa)} mA, ${shareMax * 100} % of what there is`,
      fix: `feed some of them from a supply of its own, with the ground of the board${volts === 5 ? ", or the board from a stronger one (--supply)" : ""}: ${roles.join(", ")}`,
    },
  ];
}
