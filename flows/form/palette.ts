/**
 * Where a node stands in the palette. Node-RED names a category that its settings list (`paletteCategories`) before it
 * knows the words of any package, so the node does it when it comes: above the nodes, before anybody sees the palette,
 * and where a subflow is offered the categories.
 */
export const paletteCategory = `category: "street furniture",
  onpaletteadd: function () {
    const label = this._("palette.label.street_furniture");
    $("#red-ui-palette-header-street_furniture span").text(label);
    $("#red-ui-palette-container-street_furniture").data("label", label);
  },`;
