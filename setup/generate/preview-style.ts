/** Colours that those who see some less can tell apart, on light and on dark. */
const COLOURS = {
  quiet: ["#59636e", "#9198a1"],
  path: ["#1f2328", "#f0f6fc"],
  new: ["#00704d", "#2cc295"],
  effect: ["#0072b2", "#4cb2ee"],
  warning: ["#a35200", "#f2b035"],
  info: ["#57606a", "#9ea7b3"],
} as const;

const coloursOf = (which: 0 | 1) =>
  Object.entries(COLOURS)
    .map(([kind, colours]) => `.${kind}{fill:${colours[which]}}`)
    .join("");

/** How the picture of a preview looks, by the reader's own choice of light or dark. */
export const STYLE = `text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}
.title{font-size:19px;font-weight:600}.head{font-weight:600}.title,.head{fill:#1f2328}
.code{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}.path{font-weight:600}
.card{fill:#fff;stroke:#d1d9e0}.line{stroke:#eaeef2}
${coloursOf(0)}
@media(prefers-color-scheme:dark){.title,.head{fill:#f0f6fc}.card{fill:#0d1117;stroke:#3d444d}.line{stroke:#21262d}
${coloursOf(1)}}`;
