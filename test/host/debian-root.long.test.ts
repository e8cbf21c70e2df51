import { judgedBy } from "./debian-judges.ts";

describe("on a real Debian trixie", function () {
  this.timeout(300_000);
  judgedBy("trixie");
});
