import { RULES, type Rule } from "../../providers/backup/period.ts";

/** Colours that those who see some less can tell apart, on light and on dark. */
const COLOURS: Readonly<Record<Rule, readonly [light: string, dark: string]>> = {
  last: ["#b3446c", "#e287ab"],
  hourly: ["#57606a", "#9ea7b3"],
  daily: ["#0072b2", "#4cb2ee"],
  weekly: ["#00875f", "#2cc295"],
  monthly: ["#d98200", "#f2b035"],
  yearly: ["#c8390b", "#ff8a5c"],
};

const coloursOf = (which: 0 | 1) => RULES.map((rule) => `.${rule}{fill:${COLOURS[rule][which]}}`).join("");

/** How the picture of retentions looks, by the reader's own choice of light or dark. */
export const STYLE = `text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#59636e}
.head{font-size:19px;font-weight:600}.rule{font-weight:600}.head,.rule,.year{fill:#1f2328}
.right{text-anchor:end}.month,.year{text-anchor:middle;font-size:12px}
.card{fill:#fff;stroke:#d1d9e0}.line{stroke:#eaeef2}.all{stroke:#c4ccd4;stroke-width:2;stroke-linecap:round}
circle{stroke:#fff;stroke-width:1}
${coloursOf(0)}
@media(prefers-color-scheme:dark){text{fill:#9198a1}.head,.rule,.year{fill:#f0f6fc}.card{fill:#0d1117;stroke:#3d444d}.line{stroke:#21262d}.all{stroke:#4a525c}circle{stroke:#0d1117}
${coloursOf(1)}}`;
