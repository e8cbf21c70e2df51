import { laws } from "./laws.ts";

describe("a file that resources edit, many times over", function () {
  this.timeout(1_200_000);
  laws(100_000);
});
