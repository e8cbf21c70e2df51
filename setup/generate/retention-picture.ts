import { RULES } from "../../providers/backup/period.ts";
import { type Backup, type Keep, keepersOf } from "../../providers/backup/prune.ts";
import { STYLE } from "./retention-style.ts";

const RETENTIONS: readonly Exclude<Keep, "all">[] = [
  { last: 3 },
  { daily: 7 },
  { daily: 7, weekly: 4 },
  { daily: 7, weekly: 4, monthly: 6 },
  { daily: 7, weekly: 4, monthly: 12, yearly: 1 },
];
const SHOWN = RULES.filter((rule) => RETENTIONS.some((keep) => keep[rule] !== undefined));

const DAY = 86_400;
const NEWEST = Date.UTC(2026, 5, 17, 2) / 1000;
const DAYS = 2 * 365;
const BACKUPS = Array.from({ length: DAYS + 1 }, (_, age): Backup => {
  const ctime = NEWEST - age * DAY;
  return { volid: String(age), ctime, type: "qemu", vmid: 100, protected: false, renamed: false };
});

const [WIDTH, LEFT, RIGHT, TOP, ROW] = [900, 32, 860, 122, 62];
const BOTTOM = TOP + RETENTIONS.length * ROW;

/** Recent days have more room than those long ago. */
const stretched = (age: number) => Math.log(1 + age / 14);
const xOf = (age: number) => Math.round((RIGHT - ((RIGHT - LEFT) * stretched(age)) / stretched(DAYS)) * 10) / 10;

/** `docs/resources/backup-retention.svg`: what some retentions leave of two years of daily backups. */
export function retentionPicture(): string {
  const rows = RETENTIONS.map(rowOf);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${BOTTOM + 44}" role="img" aria-labelledby="title desc">
<title id="title">What a retention leaves of two years of daily backups</title>
<desc id="desc">${rows.map(({ words, left }) => `${words}: ${left}.`).join(" ")}</desc>
<style>
${STYLE}
</style>
<defs><path id="all" class="all" d="${BACKUPS.map((_, age) => `M${xOf(age)} 0h0`).join("")}"/></defs>
<rect class="card" x=".5" y=".5" width="${WIDTH - 1}" height="${BOTTOM + 43}" rx="8"/>
<text class="head" x="${LEFT}" y="42">What a retention leaves of two years of daily backups</text>
${legend()}
${months()}
${rows.map(({ svg }) => svg).join("\n")}
</svg>
`;
}

function rowOf(keep: Exclude<Keep, "all">, index: number) {
  const keepers = keepersOf(BACKUPS, keep, "UTC");
  const ages = [...keepers.keys()].map(Number);
  const words = Object.entries(keep)
    .map(([rule, count]) => `${rule} ${count}`)
    .join(", ");
  const left = `${keepers.size} left, the oldest of ${dateOf(Math.max(...ages))}`;
  const dots = BACKUPS.flatMap(({ volid }, age) => {
    const rule = keepers.get(volid);
    return rule ? [`<circle class="${rule}" cx="${xOf(age)}" r="4"/>`] : [];
  });
  const svg = `<g transform="translate(0 ${TOP + index * ROW})">
<text class="rule" x="${LEFT}" y="4">${words}</text><text class="right" x="${RIGHT}" y="4">${left}</text>
<g transform="translate(0 26)"><use href="#all"/>${dots.join("")}</g>
</g>`;
  return { words, left, svg };
}

const dateOf = (age: number) => new Date((NEWEST - age * DAY) * 1000).toISOString().slice(0, 10);

function legend(): string {
  const entries = SHOWN.map((rule, index) => {
    const x = 66 + index * 82;
    return `<circle class="${rule}" cx="${x}" cy="-4.5" r="4"/><text x="${x + 10}">${rule}</text>`;
  });
  const note = `<text class="right" x="${RIGHT - LEFT}">small dots: gone; recent days are drawn wider</text>`;
  return `<g transform="translate(${LEFT} 72)"><text>kept by</text>${entries.join("")}${note}</g>`;
}

/** A line where each month begins, with its name if there is room beside the years' and those right of it. */
function months(): string {
  const begins = BACKUPS.flatMap(({ ctime }, age) => {
    const date = new Date(ctime * 1000);
    if (date.getUTCDate() !== 1) return [];
    const isYear = date.getUTCMonth() === 0;
    const name = date.toLocaleString("en", { ...(isYear ? { year: "numeric" } : { month: "short" }), timeZone: "UTC" });
    return [{ x: xOf(age), name, isYear }];
  });
  const named = [{ x: RIGHT, name: "today", isYear: true }, ...begins.filter(({ isYear }) => isYear)];
  for (const begin of begins) if (named.every(({ x }) => Math.abs(x - begin.x) > 34)) named.push(begin);
  const lines = begins.map(({ x }) => `M${x} ${TOP - 18}V${BOTTOM + 2}`);
  const names = named.map(
    ({ x, name, isYear }) => `<text class="${isYear ? "year" : "month"}" x="${x}" y="${BOTTOM + 20}">${name}</text>`,
  );
  return `<path class="line" d="${lines.join("")}"/>${names.join("")}`;
}
