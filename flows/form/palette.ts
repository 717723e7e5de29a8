/**
 * Where a node stands in the palette. Node-RED names a category that its settings list (`paletteCategories`) before it
 * knows the words of any package, so the node does it when it comes.
 */
export const paletteCategory = `category: "street furniture",
  onpaletteadd: function () { $("#red-ui-palette-header-street_furniture span").text(this._("palette.label.street_furniture")); },`;
