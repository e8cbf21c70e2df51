/** The options of PVE's programs, each `--name value`, `--name=value` or `-name value`; a list by saying it again. */
interface PveArguments {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string | string[]>>;
}

/** Those of how a result is printed are kept apart from those of the call. */
const PRINTED = new Set(["output-format", "noborder", "noheader", "human-readable", "quiet"]);

const VALUE = /^-?\d/;

export function pveArguments(argv: readonly string[]): PveArguments {
  const words: string[] = [];
  const options: Record<string, string | string[]> = {};
  for (let n = 0; n < argv.length; n++) {
    const word = argv[n] ?? "";
    const [, name, , given] = /^--?([a-zA-Z][\w-]*)(=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) {
      words.push(word);
      continue;
    }
    const next = argv[n + 1];
    const value =
      given ?? (next !== undefined && (!next.startsWith("-") || VALUE.test(next)) ? argv[++n] : undefined) ?? "1";
    const before = options[name];
    options[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return { words, options };
}

/** The options that go to the API. */
export const callOptions = ({ options }: PveArguments): Readonly<Record<string, string | string[]>> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !PRINTED.has(name)));

export function formatOf({ options }: PveArguments): string | undefined {
  const format = options["output-format"];
  return typeof format === "string" ? format : undefined;
}
