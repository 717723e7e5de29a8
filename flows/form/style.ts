/** The form's look, in the colours of the editor's theme. */
export const style = `<style>
  .plinth-form .form-row > label { width: 150px; vertical-align: top; margin-top: 7px; }
  .plinth-form .form-row > input[type=text], .plinth-form .form-row > select { width: calc(100% - 160px); }
  .plinth-form .plinth-address > input[type=text] { width: calc(100% - 200px); }
  .plinth-form hr { margin: 16px 0; border-color: var(--red-ui-secondary-border-color, #ddd); }
  .plinth-form .plinth-row { display: grid; grid-template-columns: 150px 1fr; column-gap: 8px; align-items: start; margin-bottom: 14px; }
  .plinth-form .plinth-row > label { width: auto; margin-top: 7px; grid-row: 1 / span 2; }
  .plinth-form .plinth-control { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; min-height: 34px; }
  .plinth-form .plinth-control > input[type=number] { width: 84px; margin: 0; text-align: right; }
  .plinth-form .plinth-control > input[type=range] { flex: 1; min-width: 80px; margin: 0; accent-color: #a8730c; }
  .plinth-form .plinth-control > input[type=text] { flex: 1; width: auto; margin: 0; }
  .plinth-form .plinth-control > select { width: 120px; margin: 0; }
  .plinth-form .plinth-unit { min-width: 26px; color: var(--red-ui-primary-text-color, #333); }
  .plinth-form .plinth-range, .plinth-form .plinth-help { color: var(--red-ui-secondary-text-color, #777); font-size: 12px; line-height: 1.4; }
  .plinth-form .plinth-help { grid-column: 2; margin-top: 2px; }
  .plinth-form .plinth-profile .plinth-control, .plinth-form .plinth-profile > label, .plinth-form .plinth-profile .plinth-help { grid-column: 1 / -1; grid-row: auto; }
  .plinth-form .plinth-profile .plinth-control > div { width: 100%; }
  .plinth-form .plinth-advanced > summary { cursor: pointer; margin: 8px 0 14px; font-weight: 600; }
  .plinth-form .plinth-found { flex-basis: 100%; }
  .plinth-form .plinth-address .plinth-found { margin-left: 158px; }
  .plinth-form .plinth-found:not(:empty) { margin-top: 4px; padding: 2px; border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; max-height: 160px; overflow-y: auto; font-size: 13px; }
  .plinth-form .plinth-found button { display: flex; width: 100%; gap: 8px; padding: 5px 8px; border: 0; background: none; text-align: left; color: inherit; }
  .plinth-form .plinth-found button:hover, .plinth-form .plinth-found button:focus { background: var(--red-ui-list-item-background-hover, #f3f3f3); }
  .plinth-form .plinth-found button[aria-pressed=true] { font-weight: 600; }
  .plinth-form .plinth-found small { margin-left: auto; color: var(--red-ui-secondary-text-color, #777); }
  .plinth-form .plinth-found p { margin: 4px 8px; color: var(--red-ui-secondary-text-color, #777); }
  .plinth-form .plinth-dot { width: 9px; height: 9px; margin-top: 6px; border-radius: 50%; background: #9aa0a6; }
  .plinth-form .plinth-dot.plinth-online { background: #4c9e5a; }
  .plinth-strip { display: block; width: 100%; height: 96px; border-radius: 4px; }
  .plinth-points { width: 100%; margin-top: 8px; border-collapse: collapse; }
  .plinth-points th { padding: 0 4px; text-align: left; font-size: 12px; font-weight: 400; color: var(--red-ui-secondary-text-color, #777); }
  .plinth-points td { padding: 2px 4px; }
  .plinth-points input[type=text] { width: 170px; margin: 0; }
  .plinth-points input[type=number] { width: 70px; margin: 0; text-align: right; }
  .plinth-points input[type=range] { width: 100%; min-width: 60px; margin: 0; accent-color: #a8730c; }
  .plinth-points td:nth-child(3) { width: 40%; }
  .plinth-form .plinth-table { display: block; }
  .plinth-form .plinth-table > label { display: block; margin-bottom: 4px; }
  .plinth-form .plinth-table .plinth-control > div { width: 100%; overflow-x: auto; }
  .plinth-form textarea { flex: 1; margin: 0; font-family: monospace; }
  .plinth-rows { width: 100%; margin-bottom: 6px; border-collapse: collapse; }
  .plinth-rows th { padding: 0 4px; text-align: left; font-size: 12px; font-weight: 400; color: var(--red-ui-secondary-text-color, #777); }
  .plinth-rows td { padding: 2px 4px; white-space: nowrap; }
  .plinth-rows input[type=text].plinth-time { width: 56px; margin: 0; }
  .plinth-rows input[type=text].plinth-text { width: 120px; margin: 0; }
  .plinth-rows input[type=number] { width: 64px; margin: 0; text-align: right; }
  .plinth-rows select { width: auto; margin: 0; }
  .plinth-days { display: inline-flex; border: 1px solid transparent; border-radius: 4px; }
  .plinth-days.input-error { border-color: var(--red-ui-form-input-border-error-color, #d6615f); }
  .plinth-form .form-row .plinth-days label { margin: 0; width: auto; min-width: 0; cursor: pointer; }
  .plinth-days input { position: absolute; opacity: 0; }
  .plinth-days span { display: inline-block; min-width: 20px; padding: 3px 2px; text-align: center; font-size: 12px; border: 1px solid var(--red-ui-form-input-border-color, #ccc); }
  .plinth-days input:checked + span { background: #a8730c; color: #fff; }
  .plinth-days input:focus-visible + span { outline: 2px solid #2a6fbb; }
  .plinth-order { margin: 0; padding-left: 22px; }
  .plinth-order li { padding: 2px 0; }
  .plinth-order li span { display: inline-block; width: 140px; }
</style>`;
