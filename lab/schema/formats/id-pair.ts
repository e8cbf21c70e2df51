import { FormatError } from "../errors.ts";
import { refuse, type Validator } from "./validator.ts";

/** One entry of a map from ids to ids: `from:to`, one id for all, or `1`, which maps each to itself. */
export const idPair =
  (id: Validator): Validator =>
  (text) => {
    if (text === "0" || text === "1") return;
    const [, from, to] = /^([^:]+):([^:]+)$/.exec(text) ?? [];
    try {
      for (const one of from !== undefined && to !== undefined ? [from, to] : [text]) id(one);
    } catch (thrown) {
      if (!(thrown instanceof FormatError)) throw thrown;
      refuse(`entry '${text}' contains invalid ID - ${thrown.message}\n`);
    }
  };
