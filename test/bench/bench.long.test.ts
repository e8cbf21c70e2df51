import { measures } from "./bench-runs.ts";

describe("npm run bench, for the other subjects,", () => {
  for (const { subject, head, asks } of [
    { subject: "backups", head: "| backup jobs |", asks: { ours: true, bundle: true } },
    { subject: "hosts", head: "| hosts |", asks: { ours: true } },
  ])
    it(`measures ${subject}, proves what was done, tells it as a table, keeps the raw figures, and leaves nothing else`, () =>
      measures({ subject, without: ["floor"], head, asks }));
});
