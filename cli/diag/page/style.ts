/** How the page looks: by day, by night and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f7f9, #14171c);
  --box: light-dark(#ffffff, #1c2027);
  --ink: light-dark(#1b2130, #e4e8ef);
  --soft: light-dark(#586276, #97a1b3);
  --line: light-dark(#d3d9e3, #363d4a);
  --pill: light-dark(#eef1f5, #2a303b);
  --guest: light-dark(#6d28d9, #b99bff);
  --guest-tint: light-dark(#f3edff, #2a2143);
  --host: light-dark(#0b6b4f, #5fd3a8);
  --host-tint: light-dark(#e5f6ef, #16332a);
  --warn: light-dark(#a14d00, #f5b35a);
  --warn-tint: light-dark(#fff3e2, #3a2a12);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { font-size: 22px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
header p { margin: 4px 0 0; color: var(--soft); }
section + section { margin-top: 48px; }
.sum { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0 24px; padding: 0; list-style: none; }
.sum li { background: var(--box); border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; }
.sum b { font-size: 16px; }
.tree { list-style: none; margin: 0; padding: 0 0 0 18px; border-left: 2px solid var(--line); }
.port { position: relative; display: grid; grid-template-columns: 200px minmax(0, 1fr); gap: 0 28px; padding: 10px 0; }
.port::before { content: ""; position: absolute; left: -18px; top: 31px; width: 18px; border-top: 2px solid var(--line); }
.bridge { align-self: start; position: relative; border: 1px solid var(--line); border-radius: 8px; background: var(--box); padding: 8px 12px; min-height: 42px; }
.bridge::after { content: ""; position: absolute; right: -29px; top: 20px; width: 28px; border-top: 2px solid var(--line); }
.bridge small, .where, .via { color: var(--soft); }
.groups { display: grid; gap: 10px; min-width: 0; }
.group { border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 8px; background: var(--box); padding: 8px 14px 10px; break-inside: avoid; }
.group.guest { border-color: var(--guest); background: var(--guest-tint); }
.group.torn { border-color: var(--warn); border-style: dashed; border-left-style: solid; background: var(--warn-tint); }
.group h2 { font-size: 12px; font-weight: 600; margin: 0 0 2px; color: var(--soft); }
.group h2 em { font-style: normal; color: var(--warn); }
.via { font-size: 12px; }
.device { display: grid; grid-template-columns: 20px minmax(0, 1fr) auto; gap: 2px 10px; align-items: center; padding: 5px 0; }
.device + .device { border-top: 1px solid color-mix(in srgb, var(--line) 60%, transparent); }
.icon { width: 18px; height: 18px; fill: none; stroke: var(--soft); stroke-width: 1.3; stroke-linejoin: round; stroke-linecap: round; }
.display .icon { stroke: var(--ink); }
.name { overflow-wrap: anywhere; }
.display .name { font-weight: 600; }
.where, code { font: 12px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
.tags { margin-top: 2px; grid-column: 2 / -1; display: flex; flex-wrap: wrap; gap: 6px; }
.tag { border: 1px solid var(--line); }
.tag, .driver { border-radius: 999px; padding: 1px 9px; font-size: 12px; background: var(--pill); white-space: nowrap; }
.driver { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
.driver.vfio { background: var(--guest); color: light-dark(#fff, #14171c); }
.driver.next { background: none; color: var(--guest); border: 1px dashed var(--guest); }
.driver.none { background: none; color: var(--soft); }
.tag.host { background: var(--host-tint); color: var(--host); border: 1px solid var(--host); }
.tag.guest { background: var(--guest-tint); color: var(--guest); border: 1px solid var(--guest); white-space: normal; }
.legend { display: flex; flex-wrap: wrap; gap: 8px 18px; margin-top: 20px; color: var(--soft); font-size: 12px; align-items: center; }
.legend span { display: inline-flex; gap: 6px; align-items: center; }
.swatch { width: 14px; height: 14px; border-radius: 4px; border: 1px solid var(--line); }
.swatch.guest { border-color: var(--guest); background: var(--guest-tint); }
.swatch.torn { border: 1px dashed var(--warn); background: var(--warn-tint); }
.why { border: 1px solid var(--warn); background: var(--warn-tint); border-radius: 8px; padding: 10px 14px; }
.found { margin: 0 0 20px; padding: 10px 14px 10px 32px; border: 1px solid var(--warn); background: var(--warn-tint); border-radius: 8px; }
@media (max-width: 760px) {
  .port { grid-template-columns: minmax(0, 1fr); gap: 10px; }
  .bridge::after { display: none; }
  .device { grid-template-columns: 20px minmax(0, 1fr); }
  .driver { grid-column: 2; justify-self: start; }
}
@media print {
  :root { color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { background: #fff; font-size: 11px; }
  main { max-width: none; padding: 0; }
  section + section { break-before: page; margin: 0; }
  .port { grid-template-columns: 150px minmax(0, 1fr); }
}
`;
