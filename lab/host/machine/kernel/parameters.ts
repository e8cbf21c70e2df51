import { moduleName } from "../modules.ts";

export interface Parameter {
  /** As it was written, but for dashes, which are underscores here. */
  readonly name: string;
  readonly value: string | undefined;
}

/** The words of a kernel's command line, quotes taken off. What stands after `--` is for init. */
export function parametersOf(cmdline: string): readonly Parameter[] {
  const words: readonly string[] = cmdline.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).map((word) => {
    const plain = word.replaceAll('"', "");
    const equals = plain.indexOf("=");
    return equals < 0
      ? { name: moduleName(plain), value: undefined }
      : { name: moduleName(plain.slice(0, equals)), value: plain.slice(equals + 1) };
  });
}

/** Every value of a parameter, commas taken apart. */
export const listed = (parameters: readonly Parameter[], name: string): readonly string[] =>
  parameters.filter((one) => one.name === name).flatMap(({ value = "" }) => value.split(",").filter(Boolean));

/** What the last one of that name says: of most parameters it wins. */
export const lastOf = (parameters: readonly Parameter[], name: string): string | undefined =>
  parameters.findLast((one) => one.name === name)?.value;

/** Whether a word stands there alone, like `quiet`. */
export const isSaid = (parameters: readonly Parameter[], name: string): boolean =>
  parameters.some((one) => one.name === name && one.value === undefined);
