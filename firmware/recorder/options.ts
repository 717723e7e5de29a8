import * as Type from "@sinclair/typebox";

/** How much a unit remembers of what passed, as unit.yaml has it: `recorder: { memory: 4, files: 4 }`, or `off`. */
export const recorderSchema = Type.Union([
  Type.Literal("off"),
  Type.Object(
    {
      memory: Type.Optional(
        Type.Number({ minimum: 0.25, maximum: 64, default: 4, description: "0.25 to 64 MiB" }),
      ),
      files: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 100, default: 4, description: "1 to 100 records on the medium" }),
      ),
    },
    { additionalProperties: false },
  ),
]);

export type RecorderOptions = Type.Static<typeof recorderSchema>;

export const recorderDefaults = { memory: 4, files: 4 } as const;
