import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Lifecycle } from "#providers/core/deferred.ts";
import { lifecycle } from "#providers/core/lifecycle.ts";
import { Session } from "#providers/core/session.ts";
import { Unreachable } from "#providers/core/trouble.ts";
import { UNKNOWN } from "#providers/core/unknown.ts";
import { kind } from "#test/fixture/local-block.provider.ts";

type Props = Record<string, unknown>;
const config = { get: () => undefined, require: (key: string) => key };

/** A provider as the engine would call it: configured, without an engine to talk to. */
function provider(of = kind): Lifecycle {
  const session = new Session(undefined);
  session.configure(config.get);
  return lifecycle(of, session);
}

/** The same kind, ended after `steps` of its steps, as a killed process would be. */
const endedAfter = (steps: number): typeof kind => ({
  ...kind,
  apply: async (todo, run, keep) => {
    await kind.apply(todo.slice(0, steps), run, keep);
    if (steps < todo.length) throw new Error("ended");
  },
});

interface Thrown {
  readonly id?: string;
  readonly properties?: Props;
  readonly reasons?: string[];
  readonly message: string;
}
const thrownBy = (work: Promise<unknown>): Promise<Thrown> =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (thrown: Thrown) => thrown,
  );

describe("the lifecycle that all resources share", () => {
  let folder: string;
  let args: Props;
  const at = (file: string) => join(folder, file);
  const text = (file: string) => readFileSync(at(file), "utf8");
  const BEFORE = { motd: "hello", issue: "issue\n" };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pve-ops-lifecycle-"));
    for (const [file, content] of Object.entries(BEFORE)) writeFileSync(at(file), content);
    args = {
      owner: "project/stack/notice",
      paths: [at("motd"), at("issue"), at("new")],
      text: "mind the gap",
      records: folder,
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const asBefore = () => {
    for (const [file, content] of Object.entries(BEFORE)) expect(text(file), file).to.equal(content);
    expect(existsSync(at("new"))).to.equal(false);
    expect(existsSync(at("notice.json"))).to.equal(false);
  };
  const checked = async (of: Lifecycle, news: Props): Promise<Props> => {
    const { inputs, failures } = await of.check({}, { ...news, __provider: "shim" });
    expect(failures).to.deep.equal([]);
    return inputs ?? {};
  };

  it("waits with every call until the config came, whichever the SDK sends first", async () => {
    const session = new Session(undefined);
    const early = lifecycle(kind, session);
    const waiting = early.check({}, args);
    const first = await Promise.race([waiting, new Promise((next) => setTimeout(next, 50, "still waiting"))]);
    expect(first).to.equal("still waiting");
    await early.configure({ config });
    expect((await waiting).failures).to.deep.equal([]);
  });

  it("gives an interrupted create back whole to the second try, at every step", async () => {
    const all = Number.POSITIVE_INFINITY;
    let steps = 0;
    for (let last = false; !last; steps++) {
      const inputs = await checked(provider(), args);
      const ended = await provider(endedAfter(steps))
        .create(inputs)
        .catch(() => undefined);
      last = ended !== undefined;
      // Nothing is known of the first try: not even its state was kept.
      const { id, outs } = await provider(endedAfter(all)).create(await checked(provider(), args));
      expect(id).to.equal("project/stack/notice");
      expect(await provider().diff(id, outs, inputs)).to.deep.include({ changes: false, replaces: [] });
      await provider().delete(id, outs);
      asBefore();
    }
    expect(steps, "a step for each claim and each file").to.equal(6);
  });

  it("keeps of an interrupted create what is there, and goes on from it or takes it back, at every step", async () => {
    for (const next of ["update", "delete"] as const)
      for (let steps = 0; steps < 5; steps++) {
        const inputs = await checked(provider(), args);
        const thrown = await thrownBy(provider(endedAfter(steps)).create(inputs));
        expect(thrown.message).to.include("ended");
        if (steps === 0) {
          expect(thrown.id, "nothing was done, so nothing is kept").to.equal(undefined);
          continue;
        }
        const { id = "", properties = {} } = thrown;
        const there = ["motd", "issue", "new"].slice(0, steps - 1).map((file) => [at(file), "mind the gap"]);
        expect(properties["files"] ?? {}).to.deep.equal(Object.fromEntries(there));
        if (next === "delete") await provider().delete(id, properties);
        else {
          const { outs } = await provider().update(id, properties, inputs);
          expect(await provider().diff(id, outs, inputs)).to.deep.include({ changes: false });
          await provider().delete(id, outs);
        }
        asBefore();
      }
  });

  it("finishes an interrupted delete when it is asked again, at every step", async () => {
    for (let steps = 0; steps < 5; steps++) {
      const { id, outs } = await provider().create(await checked(provider(), args));
      await thrownBy(provider(endedAfter(steps)).delete(id, outs));
      await provider().delete(id, outs);
      asBefore();
    }
  });

  it("says so when what it wrote does not stay", async () => {
    const forgetful: typeof kind = {
      ...kind,
      apply: async (todo, run, keep) => kind.apply(todo.slice(0, 2), run, keep),
    };
    const { message, properties } = await thrownBy(provider(forgetful).create(await checked(provider(), args)));
    expect(message).to.match(/^reading back LocalBlock "notice": \S+issue, \S+new is not as it was written\./);
    expect(properties?.["files"]).to.deep.equal({ [at("motd")]: "mind the gap" });
  });

  it("sees no change where a newer version only has a default for what an older one did not know", async () => {
    const { id, outs = {} } = await provider().create(await checked(provider(), args));
    const { settleSeconds: _, ...older } = outs;
    expect(await provider().diff(id, older, await checked(provider(), args))).to.deep.include({ changes: false });
  });

  it("sees a change in what the world is not touched by, since a later delete goes by it", async () => {
    const { id, outs } = await provider().create(await checked(provider(), args));
    const inputs = await checked(provider(), { ...args, force: true });
    expect(await provider().diff(id, outs, inputs)).to.deep.include({ changes: true, replaces: [] });
    const { outs: updated } = await provider().update(id, outs, inputs);
    expect(updated?.["force"]).to.equal(true);
  });

  it("sees a change where the same args are rendered otherwise by a newer version", async () => {
    const { id, outs } = await provider().create(await checked(provider(), args));
    const newer: typeof kind = {
      ...kind,
      desired: (who, args, facts, run) => kind.desired(who, { ...args, text: `${args.text}!` }, facts, run),
    };
    expect(await provider(newer).diff(id, outs, await checked(provider(newer), args))).to.deep.include({
      changes: true,
    });
  });

  for (const { becomes, change, replaces } of [
    { becomes: "another of its kind", change: { records: "/elsewhere" }, replaces: ["records"] },
    { becomes: "something not known yet", change: { records: UNKNOWN }, replaces: ["records"] },
    { becomes: "one of another name", change: { owner: "project/stack/other" }, replaces: ["owner"] },
    { becomes: "one of another stack", change: { owner: "project/other/notice" }, replaces: [] },
  ])
    it(`${replaces.length > 0 ? "replaces" : "updates"} what becomes ${becomes}`, async () => {
      const inputs = await checked(provider(), args);
      const { id, outs } = await provider().create(inputs);
      const diff = await provider().diff(id, outs, { ...inputs, ...change });
      expect(diff).to.deep.equal({ changes: true, replaces, deleteBeforeReplace: true });
    });

  it("quotes nothing where an argument is secret: not in errors, not in findings", async () => {
    const report = at("report.jsonl");
    process.env["PVE_OPS_REPORT"] = report;
    try {
      const sealed = { ...args, sealed: true, paths: [at("motd"), at("hidden/place")] };
      const inputs = await checked(provider(), sealed);
      const { message, reasons, properties } = await thrownBy(provider().create(inputs));
      expect(message).to.match(/^writing \[secret\]: ENOENT/);
      for (const words of [message, ...(reasons ?? []), readFileSync(report, "utf8")]) {
        expect(words).not.to.include("hidden");
        expect(words).not.to.include("mind the gap");
      }
      expect(properties?.["__provider"], "what refresh and destroy load the provider by").to.equal(
        inputs["__provider"],
      );
    } finally {
      delete process.env["PVE_OPS_REPORT"];
    }
  });

  it("sees no replacement in a preview where an argument with a default is left out and another is not known yet", async () => {
    const withDefault: typeof kind = { ...kind, identity: ["settleSeconds"] };
    const { id, outs } = await provider().create(await checked(provider(), args));
    const { inputs } = await provider().check({}, { ...args, text: UNKNOWN });
    expect((await provider(withDefault).diff(id, outs, inputs ?? {})).replaces).to.deep.equal([]);
  });

  it("refuses a text that looks like a mark, which could never be read again", async () => {
    const forged = { ...args, text: "a\n# END pve-ops-managed notice\nb" };
    const { message } = await thrownBy(provider().create(await checked(provider(), forged)));
    expect(message).to.include("looks like a mark itself");
    asBefore();
  });

  it("finds gone what is gone, and present what is there in part", async () => {
    const { id, outs = {} } = await provider().create(await checked(provider(), args));
    writeFileSync(at("motd"), BEFORE.motd);
    const { props, inputs } = await provider().read(id, outs);
    expect(props?.["files"]).to.deep.equal({ [at("issue")]: "mind the gap", [at("new")]: "mind the gap" });
    expect(inputs?.["files"]).to.deep.equal(props?.["files"]);
    await provider().delete(id, props ?? {});
    expect(await provider().read(id, outs)).to.deep.equal({});
  });

  it("hands on by a refresh what a delete would do, which nobody asks of again", async () => {
    const onDelete = [{ kind: "task", target: "here", detail: "waits" }];
    const { id, outs } = await provider().create({ ...(await checked(provider(), args)), onDelete });
    const { inputs, props } = await provider().read(id, outs);
    expect([inputs?.["onDelete"], props?.["onDelete"]]).to.deep.equal([onDelete, onDelete]);
  });

  it("refuses a preview with every reason that the resource gives, by its path", async () => {
    const { failures } = await provider().check({}, { ...args, text: "# signed x", signedWith: { secret: "key" } });
    expect(failures?.map(({ reason }) => reason)).to.have.length(1);
    expect(failures?.[0]?.reason).to.include('looking up the secret "key"');
  });

  it("shows what nobody answers for as it was last seen, and says nothing of what a change there would do", async () => {
    const inputs = await checked(provider(), args);
    const away: typeof kind = {
      ...kind,
      facts: () => Promise.reject(new Unreachable({ doing: "looking", came: "nobody answers", next: "Wait" })),
    };
    const onDelete = [{ kind: "task", target: "here", detail: "waits" }];
    const before = { ...inputs, onDelete };
    const { inputs: seen = {}, failures } = await provider(away).check(before, { ...args, text: "another" });
    expect(failures).to.deep.equal([]);
    expect(seen).to.include({ text: "another" }).and.not.have.property("effects");
    expect(seen).to.deep.include({ files: inputs["files"], onDelete });
  });

  it("keeps the state of what nobody answers for in a refresh", async () => {
    const away: typeof kind = {
      ...kind,
      facts: () => Promise.reject(new Unreachable({ doing: "looking", came: "nobody answers", next: "Wait" })),
    };
    const { outs } = await provider().create(await checked(provider(), args));
    expect(await provider(away).read("x", { ...outs })).to.deep.equal({ id: "x", props: outs });
  });

  it("reads no state that it does not understand, and says which version would", async () => {
    mkdirSync(at("records"));
    const { message } = await thrownBy(provider().read("x", { ...args, paths: "all of them" }));
    expect(message).to.match(
      /^reading the state of LocalBlock "notice": this version .* does not understand it \(paths: /,
    );
  });
});
