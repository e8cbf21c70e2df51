import type { Changed } from "./edit/edit.ts";
import type { FileRecord } from "./edit/record.ts";
import type { Ledger } from "./journal.ts";

/** The ledger while files change and after that, and the folders of ours that nobody needs any more then. */
interface LedgerChange {
  readonly during: Ledger;
  readonly after: Ledger;
  readonly left: readonly string[];
}

export function ledgerChange(
  ledger: Ledger,
  changes: ReadonlyMap<string, Changed>,
  made: readonly string[],
  inUse: ReadonlySet<string>,
): LedgerChange {
  const folders = [...new Set([...ledger.folders, ...made])].toSorted();
  // What is in a folder goes before it.
  const left = folders
    .filter((folder) => !isAbove(folder, inUse))
    .toSorted()
    .toReversed();
  const files = recordsAfter(ledger, changes, ({ record }) => record);
  return {
    during: { files: recordsAfter(ledger, changes, ({ meanwhile }) => meanwhile), folders },
    after: {
      files: Object.fromEntries(Object.entries(files).filter(([path]) => inUse.has(path))),
      folders: folders.filter((folder) => !left.includes(folder)),
    },
    left,
  };
}

const recordsAfter = (
  { files }: Ledger,
  changes: ReadonlyMap<string, Changed>,
  pick: (change: Changed) => FileRecord,
): Ledger["files"] =>
  Object.fromEntries(
    Object.entries({ ...files, ...Object.fromEntries([...changes].map(([path, change]) => [path, pick(change)])) })
      .filter(([, { made, words }]) => made || words.length > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Whether each file and folder in it is still somebody's. */
export const isUsed = ({ files, folders }: Ledger, inUse: ReadonlySet<string>): boolean =>
  Object.keys(files).every((path) => inUse.has(path)) && folders.every((folder) => isAbove(folder, inUse));

const isAbove = (folder: string, paths: ReadonlySet<string>): boolean =>
  [...paths].some((path) => path.startsWith(`${folder}/`));

/** The folders that a file lacks, those above others first. */
export function lacking(path: string, folders: readonly string[]): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return folder === "" || folders.includes(folder) ? [] : [...lacking(folder, folders), folder];
}
