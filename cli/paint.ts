const COLOURS: Readonly<Record<string, number>> = { "✔": 32, "✘": 31, "!": 33, "→": 36, "+": 32, "-": 31 };

/** What a terminal shows: marks in colour, the lines that stand over others bold. */
export const painted = (words: string): string =>
  words.replaceAll(/^(?:( *)([✔✘!→+-])(?= )|(?=\S))(.*)$/gm, (line, indent = "", mark?: string, rest = "") =>
    mark === undefined ? `\u001b[1m${line}\u001b[0m` : `${indent}\u001b[${COLOURS[mark]}m${mark}\u001b[0m${rest}`,
  );

/** Whether somebody looks at it who wants colours. */
export const wantsColour = ({ isTTY }: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean =>
  isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
