import type { HostFacts } from "./host-facts.ts";
import { factsIn, wordIn } from "./read-facts.ts";

/** How a batch of steps went, and what the host was after it. */
export interface Outcome {
  /** How many steps are done, the first ones. */
  readonly done: number;
  /** Why the next one is not; `overtaken` if somebody else wrote there after the facts were read. */
  readonly failed: { readonly why: string; readonly overtaken: boolean } | undefined;
  readonly facts: HostFacts;
}

/** What the batch printed. */
export function outcomeIn(printed: string, where: string): Outcome {
  const lines = printed.split("\n");
  const steps = lines.filter((line) => /^(?:done|failed|overtaken) /.test(line));
  const [verb, , why] = steps.at(-1)?.split(" ") ?? [];
  return {
    done: steps.filter((line) => line.startsWith("done ")).length,
    failed: verb === "done" || verb === undefined ? undefined : { why: wordIn(why), overtaken: verb === "overtaken" },
    facts: factsIn(lines, where),
  };
}
