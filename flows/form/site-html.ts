import { siteType } from "../node/place.ts";
import { labelOf, translated } from "./fields.ts";
import { style } from "./style.ts";

/**
 * The editor's half of a site's configuration node.
 * @param formScript JavaScript that defines the global `plinthSite`
 */
export const siteHtml = (formScript: string): string => `<script type="text/javascript">
${formScript.trim()}
</script>

<script type="text/javascript">
RED.nodes.registerType("${siteType}", {
  category: "config",
  defaults: {
    broker: { value: "", type: "mqtt-broker", required: true, label: ${labelOf("site", "form.broker")} },
    site: { value: "", required: true, label: ${labelOf("site", "form.site")}, validate: function (value, options) { return plinthSite.nameProblem(this, value, options); } }
  },
  label: function () { return this.site || this._("form.site"); },
  oneditprepare: function () { plinthSite.prepare(this); }
});
</script>

<script type="text/html" data-template-name="${siteType}">
${style}
<div class="plinth-form">
  <div class="form-row">
    <label for="node-config-input-broker"><i class="fa fa-globe"></i> ${translated("form.broker", "Broker")}</label>
    <input type="text" id="node-config-input-broker">
  </div>
  <div class="form-row plinth-address">
    <label for="node-config-input-site"><i class="fa fa-map-marker"></i> ${translated("form.site", "Site")}</label>
    <input type="text" id="node-config-input-site" spellcheck="false" data-i18n="[placeholder]form.sitePlaceholder">
    <button type="button" class="red-ui-button" id="node-config-input-site-search" data-i18n="[title]form.search"><i class="fa fa-search"></i></button>
    <div class="plinth-found" id="node-config-input-site-found"></div>
  </div>
</div>
</script>
`;
