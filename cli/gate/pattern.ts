/** Whether a text is what a pattern with `*` says. */
export const fits = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replaceAll(/[\\^$.|?+(){}[\]]/g, "\\$&"))
      .join(".*")}$`,
    "s",
  ).test(text);
