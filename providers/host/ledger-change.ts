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
  const folders = [...new Set([...ledger.folders, ...made])];
  const left = folders.filter((folder) => !isParent(folder, inUse));
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
  Object.keys(files).every((path) => inUse.has(path)) && folders.every((folder) => isParent(folder, inUse));

const isParent = (folder: string, paths: ReadonlySet<string>): boolean =>
  [...paths].some((path) => folderOf(path) === folder);

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
