/** The form's look, in the colours of the editor's theme. */
export const style = `<style>
  .plinth-form .form-row > label { width: 150px; vertical-align: top; margin-top: 7px; }
  .plinth-form .form-row > input[type=text], .plinth-form .form-row > select { width: calc(100% - 160px); }
  .plinth-form .form-row > label + div[style*="inline-flex"] { max-width: calc(100% - 160px); }
  .plinth-form .plinth-address > input[type=text] { width: calc(100% - 200px); }
  .plinth-form .plinth-row { display: grid; grid-template-columns: minmax(90px, 150px) minmax(0, 1fr); column-gap: 8px; align-items: start; margin-bottom: 14px; }
  .plinth-form .plinth-row > label, .plinth-form .plinth-row > .plinth-title { width: auto; margin-top: 7px; grid-row: 1 / span 3; }
  .plinth-form .plinth-control { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; min-height: 34px; }
  .plinth-form .plinth-control > input[type=number] { width: 84px; margin: 0; text-align: right; }
  .plinth-form .plinth-control > input[type=range] { flex: 1; min-width: 80px; margin: 0; accent-color: #a8730c; }
  .plinth-form .plinth-control > input[type=text] { flex: 1; width: auto; margin: 0; }
  .plinth-form .plinth-control > select { width: 120px; margin: 0; }
  .plinth-form .red-ui-button { color: var(--red-ui-primary-text-color, #555) !important; }
  .plinth-form .red-ui-button-small { min-width: 24px; height: 24px; line-height: 22px; }
  .plinth-form .plinth-unit { min-width: 26px; color: var(--red-ui-primary-text-color, #333); }
  .plinth-form .plinth-range, .plinth-form .plinth-help { color: var(--red-ui-primary-text-color, #555); font-size: 12px; line-height: 1.4; }
  .plinth-form .plinth-help { grid-column: 2; margin-top: 2px; }
  .plinth-form .plinth-profile, .plinth-form .plinth-table { display: block; }
  .plinth-form .plinth-profile > .plinth-title, .plinth-form .plinth-table > .plinth-title { margin-bottom: 4px; }
  .plinth-form .plinth-profile .plinth-control > div, .plinth-form .plinth-table .plinth-control > div { width: 100%; }
  .plinth-form .plinth-problem { grid-column: 2; font-size: 12px; line-height: 1.4; color: var(--red-ui-text-color-error, #ad1625); }
  .plinth-form .plinth-problem:not(:empty)::before { content: "\\26a0\\00a0"; }
  .plinth-form .plinth-group { min-width: 0; margin: 18px 0 0; padding: 12px 0 0; border: 0; border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); }
  .plinth-form .plinth-group > legend { width: auto; margin: 0; padding: 0 10px 0 0; border: 0; font-size: 14px; font-weight: 600; line-height: 1.4; color: var(--red-ui-primary-text-color, #333); }
  .plinth-form :focus-visible { outline: 2px solid #2a7de1 !important; outline-offset: 1px; }
  .plinth-form .plinth-advanced > summary { cursor: pointer; margin: 8px 0 14px; font-weight: 600; }
  .plinth-form .plinth-found { flex-basis: 100%; }
  .plinth-form .plinth-address .plinth-found { margin-left: 158px; }
  .plinth-form .plinth-found:not(:empty) { margin-top: 4px; padding: 2px; border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; max-height: 160px; overflow-y: auto; font-size: 13px; }
  .plinth-form .plinth-found button { display: flex; width: 100%; gap: 8px; padding: 5px 8px; border: 0; background: none; text-align: left; color: inherit; }
  .plinth-form .plinth-found button:hover, .plinth-form .plinth-found button:focus { background: var(--red-ui-list-item-background-hover, #f3f3f3); }
  .plinth-form .plinth-found button[aria-pressed=true] { font-weight: 600; }
  .plinth-form .plinth-found small { margin-left: auto; color: var(--red-ui-primary-text-color, #555); }
  .plinth-form .plinth-found p { margin: 4px 8px; color: var(--red-ui-primary-text-color, #555); }
  .plinth-form .plinth-dot { width: 9px; height: 9px; margin-top: 6px; border-radius: 50%; background: #9aa0a6; }
  .plinth-form .plinth-dot.plinth-online { background: #4c9e5a; }
  .plinth-night { position: relative; touch-action: pan-y; user-select: none; }
  .plinth-profile .plinth-control small { display: block; }
  .plinth-strip { display: block; width: 100%; height: 96px; border-radius: 4px; }
  .plinth-point { position: absolute; width: 24px; height: 24px; margin: -12px 0 0 -12px; border-radius: 50%; cursor: grab; touch-action: none; }
  .plinth-point::after { content: ""; position: absolute; inset: 6px; border: 2px solid #1b1b23; border-radius: 50%; background: #fff; }
  .plinth-form .plinth-point:focus { outline: 2px solid #fff !important; outline-offset: -3px; box-shadow: inset 0 0 0 1px #1b1b23, 0 0 0 1px #1b1b23; }
  .plinth-point.plinth-out { opacity: 0.35; }
  .plinth-week { margin-bottom: 4px; user-select: none; touch-action: pan-y; }
  .plinth-weekday { display: grid; grid-template-columns: 28px minmax(0, 1fr); align-items: center; margin-top: 2px; font-size: 12px; color: var(--red-ui-primary-text-color, #333); }
  .plinth-hours { position: relative; height: 16px; margin: 0 8px 0 0; }
  .plinth-hours span { position: absolute; transform: translateX(-50%); }
  .plinth-hours span:first-child { transform: none; }
  .plinth-day { position: relative; margin-right: 8px; overflow: hidden; border-radius: 3px; cursor: copy; background: repeating-linear-gradient(90deg, var(--red-ui-secondary-border-color, #ddd) 0 1px, transparent 1px 12.5%), var(--red-ui-form-input-background, #fff); }
  .plinth-block { position: absolute; height: 28px; cursor: grab; touch-action: none; }
  .plinth-form .plinth-block:focus { outline: 2px solid #2a7de1 !important; outline-offset: -2px; }
  .plinth-parts span { position: absolute; }
  .plinth-won { top: 0; height: 21px; padding: 0 4px; box-sizing: border-box; overflow: hidden; line-height: 21px; white-space: nowrap; text-overflow: ellipsis; color: #1b1b23; border-radius: 3px; background: var(--plinth-color); box-shadow: inset 0 0 0 1px rgba(0, 0, 0, 0.45); }
  .plinth-lost { top: 22px; height: 6px; background: repeating-linear-gradient(135deg, var(--plinth-color) 0 3px, #45474d 3px 5px); }
  .plinth-edge { position: absolute; top: 0; width: 9px; height: 28px; cursor: ew-resize; touch-action: none; }
  .plinth-edge[data-hold=from] { left: 0; }
  .plinth-edge[data-hold=to] { right: 0; }
  .plinth-form .plinth-edge:focus { outline: 2px solid #2a7de1 !important; outline-offset: -2px; background: #fff; }
  .plinth-said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .plinth-points { width: 100%; margin-top: 8px; border-collapse: collapse; }
  .plinth-points th { padding: 0 4px; text-align: left; font-size: 12px; font-weight: 400; color: var(--red-ui-primary-text-color, #555); }
  .plinth-points td { padding: 2px 4px; }
  .plinth-points input[type=text] { width: 150px; margin: 0; }
  .plinth-points input[type=number] { width: 70px; margin: 0; text-align: right; }
  .plinth-points input[type=range] { width: 100%; min-width: 60px; margin: 0; accent-color: #a8730c; }
  .plinth-points td:nth-child(3) { width: 40%; }
  .plinth-form textarea { flex: 1; min-width: 0; margin: 0; font-family: monospace; }
  .plinth-rows { width: 100%; margin-bottom: 6px; border-collapse: collapse; }
  .plinth-rows th { padding: 0 4px; text-align: left; font-size: 12px; font-weight: 400; color: var(--red-ui-primary-text-color, #555); }
  .plinth-rows td { padding: 2px 4px; white-space: nowrap; }
  .plinth-rows input[type=text].plinth-time { width: 56px; margin: 0; }
  .plinth-rows input[type=text].plinth-text { width: 120px; margin: 0; }
  .plinth-rows input[type=number] { width: 64px; margin: 0; text-align: right; }
  .plinth-rows select { width: auto; margin: 0; }
  .plinth-days { display: inline-flex; border: 1px solid transparent; border-radius: 4px; }
  .plinth-days.input-error { border-color: var(--red-ui-form-input-border-error-color, #d6615f); }
  .plinth-form .form-row .plinth-days label { margin: 0; width: auto; min-width: 0; cursor: pointer; }
  .plinth-form .plinth-days input { position: absolute; width: 1px; opacity: 0; }
  .plinth-days span { display: inline-block; min-width: 20px; padding: 3px 2px; text-align: center; font-size: 12px; border: 1px solid var(--red-ui-form-input-border-color, #ccc); }
  .plinth-days input:checked + span { background: #8a5d08; color: #fff; }
  .plinth-days input:focus-visible + span { outline: 2px solid #2a6fbb; }
  .plinth-form .plinth-table .plinth-control { container-type: inline-size; }
  @container (max-width: 960px) {
    .plinth-rows.plinth-wide thead { display: none; }
    .plinth-rows.plinth-wide tr { display: flex; flex-wrap: wrap; align-items: end; gap: 4px 8px; margin-bottom: 8px; padding: 6px; border: 1px solid var(--red-ui-secondary-border-color, #ddd); border-radius: 4px; }
    .plinth-rows.plinth-wide td { padding: 0; }
    .plinth-rows.plinth-wide td::before { content: attr(data-title); display: block; font-size: 12px; color: var(--red-ui-primary-text-color, #555); }
  }
  .plinth-order { margin: 0; padding-left: 22px; }
  .plinth-order li { padding: 2px 0; }
  .plinth-order li span { display: inline-block; width: 140px; }
</style>`;
