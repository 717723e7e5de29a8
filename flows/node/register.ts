import { Claims } from "./claims.ts";
import { nodeClock } from "./clock.ts";
import { type Field, formValues, settingsRefusals } from "./declaration.ts";
import { badName, isName, placeOf, rest, show } from "./place.ts";
import type { NodeStatus, Red } from "./red.ts";
import { refusedText } from "./status.ts";
import type { Text } from "./text.ts";
import { UnitNode } from "./unit-node.ts";
import { Wishes } from "./wishes.ts";

/** Registers the node type that configures one kind of furniture. */
export function registerFurniture(red: Red, kind: string, fields: readonly Field[]): void {
  const text: Text = (key, values) => red._(key, values);
  const claims = new Claims();
  const wishes = new Wishes(red);

  red.nodes.registerType(kind, function (config) {
    red.nodes.createNode(this, config);
    const unit = String(config.unit ?? "");
    const settings = formValues(fields, config);
    const { place, fault = misconfigured(unit, fields, settings, text) } = placeOf(red, config.site, text);
    if (!place || fault) {
      rest(this, fault ?? {});
      return;
    }

    const { broker, site } = place;
    const node = new UnitNode({
      red: this,
      text,
      kind,
      site,
      unit,
      broker,
      clock: nodeClock,
      fields,
      settings,
      wishes,
    });
    const claim = claims.claim(`${broker.id}/${site}/${unit}`, () => node.start());
    if (!claim.held) show(this, { fill: "red", shape: "ring", text: text("status.taken", { unit }) });
    this.on("close", (removed, done) => {
      claim.release();
      node.stop(removed, done);
    });
  });
}

/** Why a node cannot work as its form was filled in; undefined when it can. */
function misconfigured(
  unit: string,
  fields: readonly Field[],
  settings: Readonly<Record<string, unknown>>,
  text: Text,
): NodeStatus | undefined {
  if (unit === "") return { fill: "red", shape: "ring", text: text("status.noUnit") };
  if (!isName(unit)) return badName(unit, text);
  const [refusal] = settingsRefusals(fields, settings);
  return refusal && { fill: "red", shape: "dot", text: refusedText(refusal, text) };
}
