import { laws } from "./laws.ts";

describe("a file that resources edit, many times over", () => {
  laws(100_000);
});
