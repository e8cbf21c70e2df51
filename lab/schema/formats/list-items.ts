/** The items of a list as PVE splits it: at commas, semicolons, blanks and zero bytes. */
export const listItems = (text: string): string[] => text.split(/[,;\0\s]+/).filter((item) => item !== "");
