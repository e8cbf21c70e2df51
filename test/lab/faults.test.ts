import { expect } from "chai";
import { Faults } from "../../lab/faults.ts";

const call = { node: "pve1", verb: "POST", path: "/access/users/joe@pve/token/ci" };

describe("what a lab is told to get wrong", () => {
  for (const { fault, hits } of [
    { fault: {}, hits: true },
    { fault: { node: "pve1", verb: "POST" as const }, hits: true },
    { fault: { node: "pve2" }, hits: false },
    { fault: { verb: "GET" as const }, hits: false },
    { fault: { path: "/access/users/joe@pve/token/ci" }, hits: true },
    { fault: { path: "/access/users/*/token/*" }, hits: true },
    { fault: { path: "/access/users/*" }, hits: false },
    { fault: { path: "/access/**" }, hits: true },
    { fault: { path: "/**/ci" }, hits: true },
    { fault: { path: "/**" }, hits: true },
    { fault: { path: "/access" }, hits: false },
    { fault: { path: "/access/users/joe.pve/token/ci" }, hits: false },
  ])
    it(`${hits ? "hits" : "passes by"} ${call.verb} ${call.path} where it is for ${JSON.stringify(fault)}`, () => {
      const faults = new Faults();
      faults.calls({ ...fault, status: 503 });
      expect(faults.hit(call).length).to.equal(Number(hits));
    });

  it("lets some get through, hits some, and then none any more", () => {
    const faults = new Faults();
    faults.calls({ skip: 2, times: 3, status: 500 });
    expect(Array.from({ length: 7 }, () => faults.hit(call).length)).to.deep.equal([0, 0, 1, 1, 1, 0, 0]);
  });

  it("ends when it is taken back, one or all", () => {
    const faults = new Faults();
    const takeBack = faults.calls({ status: 500 });
    faults.calls({ delay: 1 });
    takeBack();
    expect(faults.hit(call).map(({ delay }) => delay)).to.deep.equal([1]);
    faults.clear();
    expect(faults.hit(call)).to.deep.equal([]);
  });

  it("is refused where it says what is not known", () => {
    const misspelt = { path: "/version", staus: 500 };
    expect(() => new Faults().calls(misspelt)).to.throw(/staus/);
    expect(() => new Faults().calls({ status: 200 })).to.throw(/400/);
  });

  for (const { what, fault, words } of [
    { what: "breaks nothing", fault: { path: "/version" }, words: /say what goes wrong/ },
    { what: "is for a path that no call has", fault: { path: "/verson", status: 500 }, words: /no path of the API/ },
    {
      what: "has the path of the URL",
      fault: { path: "/api2/json/version", status: 500 },
      words: /no path of the API/,
    },
    { what: "has no slash", fault: { path: "version", status: 500 }, words: /no path of the API/ },
  ])
    it(`is refused where it ${what}: a test by it would test nothing`, () => {
      expect(() => new Faults().calls(fault)).to.throw(words);
    });

  it("for tasks is refused where it breaks nothing", () => {
    expect(() => new Faults().tasks({ type: "vzdump", late: true })).to.throw(/say what goes wrong/);
  });

  it("tells what is set, and how often something came by that it is for", () => {
    const faults = new Faults();
    faults.calls({ path: "/nodes/*/qemu/**", status: 500 });
    faults.hit({ node: "a", verb: "GET", path: "/nodes/a/qemu/100/config" });
    expect(faults.told().calls.map(({ path, seen }) => [path, seen])).to.deep.equal([["/nodes/*/qemu/**", 1]]);
  });

  it("is for tasks by their type and id", () => {
    const faults = new Faults();
    faults.tasks({ type: "vzdump", times: 1, fail: "no space" });
    expect(faults.ofTask("qmstart", "100")).to.deep.equal({});
    expect(faults.ofTask("vzdump", "100").fail).to.equal("no space");
    expect(faults.ofTask("vzdump", "100")).to.deep.equal({});
  });
});
