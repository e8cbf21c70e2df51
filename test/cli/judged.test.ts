import { expect } from "chai";
import { codeOf } from "../../cli/check.ts";
import { judged } from "../../cli/status/judged.ts";
import { host } from "../passthrough/host.ts";

describe("what status says of a host", () => {
  it("is what does not answer there: nobody can tell then whether all is well", () => {
    const checks = (late: string[]) => judged("pve1", host({ late }), undefined, []);
    expect(codeOf(checks([]))).equals(0);
    expect(codeOf(checks(["zpool", "/etc/pve"]))).equals(2);
    expect(checks(["zpool"])[0]?.what).matches(/^zpool does not answer there/);
  });
});
