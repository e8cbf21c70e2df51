import { judgedBy } from "./debian-judges.ts";

describe("on a real Debian bookworm", function () {
  this.timeout(300_000);
  judgedBy("bookworm");
});
