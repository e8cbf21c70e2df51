import { placeWords } from "#providers/host/edit/origin.ts";
import { checkWords } from "../check.ts";
import { nameOf } from "../facts/device-name.ts";
import { loaderWords } from "../facts/loader-words.ts";
import { whose } from "../facts/whose.ts";
import { headed } from "../table.ts";
import type { CardFunction } from "./cards.ts";
import type { HostStatus } from "./host-status.ts";

/** A host's status as a person reads it. */
export const statusWords = (host: string, status: HostStatus): string =>
  [
    `${host}  ${nodeWords(status)}\n`,
    ...(status.flags.length > 0 ? [`  kernel flags: ${status.flags.join(" ")}\n`] : []),
    headed(["address", "group", "driver", "ids", "", ""], status.cards.map(row)),
    ...offLines(status.cards),
    checkWords(status.checks),
  ].join("");

function nodeWords({ version, kernel, firmware, loader, clustered, quorate, maintenance, guests }: HostStatus): string {
  return [
    version ? `PVE ${version}` : "no PVE",
    `kernel ${kernel}`,
    `${firmware === "uefi" ? "UEFI" : "BIOS"} and ${loaderWords(loader)}`,
    ...(clustered ? [quorate === undefined ? "quorum not told" : quorate ? "quorate" : "NO QUORUM"] : []),
    ...(maintenance ? ["in maintenance"] : []),
    ...(guests.length > 0 ? [`${guests.length} running`] : []),
  ].join(", ");
}

const row = (card: CardFunction): string[] => [
  card.address,
  card.group === undefined ? "none" : String(card.group),
  card.driver ?? "-",
  card.id,
  nameOf(card),
  [
    ...(card.bootVga ? ["boot VGA"] : []),
    ...(card.uses.length > 0 ? [`host uses ${card.uses.join(", ")}`] : []),
    ...[...new Set(card.handedOn.map(({ at }) => `handed on by ${whose(at)} (${placeWords(at)})`))],
  ].join("; "),
];

/** What keeps drivers off, those together that the same lines keep off. */
function offLines(cards: readonly CardFunction[]): string[] {
  const all = cards.flatMap(({ keptOff }) => keptOff);
  const where = ({ at }: (typeof all)[number]) =>
    at ? `${at.path} (${whose(at)})` : "the running kernel's command line";
  const lines = [...Map.groupBy(all, ({ driver }) => driver)].map(([driver, off]) => ({
    driver,
    where: [...new Set(off.map(where))].join(" and "),
  }));
  return [...Map.groupBy(lines, (line) => line.where)].map(
    ([at, same]) => `  kept off by ${at}: ${same.map(({ driver }) => driver).join(", ")}\n`,
  );
}
