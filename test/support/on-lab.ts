import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { printUserConfig } from "../../lab/access/user-config.ts";
import type { Cluster } from "../../lab/cluster.ts";
import { readCluster } from "../../lab/cluster-file.ts";
import { type Credentials, giveRoot, hostsConfig } from "../../lab/connection.ts";
import { Lab } from "../../lab/lab.ts";
import type { Release } from "../../lab/schema/schema.ts";
import { shipped } from "../../lab/shipped.ts";
import { differences, type State } from "../../lab/state.ts";
import type { Lifecycle } from "../../providers/core/deferred.ts";
import { Session } from "../../providers/core/session.ts";
import { https } from "./https.ts";

export type Outputs = Record<string, unknown>;

/** The lifecycle of a kind of resource, for one run of the engine. */
export type InRun = (session: Session) => Lifecycle;

/** Resources of a kind on a lab, by the calls that the engine would make. */
export class OnLab {
  readonly lab: Lab;
  readonly #inRun: InRun;
  readonly #root: Credentials;
  #before: State;
  #auth: { readonly id: string; readonly secret: string } | undefined;
  #provider: Lifecycle;

  static async open(inRun: InRun, release: Release = "9.2"): Promise<OnLab> {
    const cluster = readCluster(shipped("homelab"), { release });
    const root = giveRoot(cluster);
    return new OnLab(await Lab.start(cluster), root, inRun);
  }

  /** On the machines of a cluster, reached over SSH. */
  static async withHosts(inRun: InRun, cluster: Cluster): Promise<OnLab> {
    const root = giveRoot(cluster);
    return new OnLab(await Lab.start(cluster, { hosts: true }), root, inRun);
  }

  private constructor(lab: Lab, root: Credentials, inRun: InRun) {
    this.lab = lab;
    this.#root = root;
    this.#inRun = inRun;
    this.#before = lab.state();
    this.#provider = this.process();
  }

  close(): Promise<void> {
    return this.lab.close();
  }

  /** The stack config, as the engine hands it on. */
  get config(): Readonly<Record<string, string>> {
    return {
      "pve:endpoint": JSON.stringify(this.lab.nodes.map(({ api }) => api)),
      "pve:ca": this.lab.ca,
      "pve:tokenId": "root@pam!lab",
      "pve:tokenSecret": this.#root.secret,
      ...(this.lab.hasHosts ? asTexts(hostsConfig(this.lab)) : {}),
    };
  }

  /** A provider process of its own, connected as whoever `auth` says, or as root's token. */
  process(auth?: { readonly id: string; readonly secret: string }): Lifecycle {
    const config: Readonly<Record<string, string>> = {
      ...this.config,
      ...(auth ? { "pve:tokenId": auth.id, "pve:tokenSecret": auth.secret } : {}),
    };
    const session = new Session(undefined);
    session.configure((key) => config[key]);
    return this.#inRun(session);
  }

  /** From now on, as another user. */
  as(auth: { readonly id: string; readonly secret: string }): void {
    this.#auth = auth;
    this.#provider = this.process(auth);
  }

  /** What somebody changes by hand, between two runs. */
  get byHand(): Cluster {
    this.#provider = this.process(this.#auth);
    return this.lab.cluster;
  }

  /** What preview would show, or why it stops. */
  async preview(name: string, args: object, olds?: Outputs): Promise<Outputs> {
    const { inputs, failures } = await this.#provider.check(olds, { ...args, owner: `proj/dev/${name}` });
    if (failures?.length) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return { ...inputs };
  }

  /** What a preview finds besides. */
  findings(name: string, args: object, olds?: Outputs): Promise<string[]> {
    return this.told(() => this.preview(name, args, olds));
  }

  /** What is told while something is done, as the report has it: `code target: message`. */
  async told(work: () => Promise<unknown>): Promise<string[]> {
    const file = join(mkdtempSync(join(tmpdir(), "pve-ops-report-")), "report.jsonl");
    process.env["PVE_OPS_REPORT"] = file;
    try {
      await work();
      const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
      return lines.map((line) => JSON.parse(line)).map(({ code, target, message }) => `${code} ${target}: ${message}`);
    } finally {
      delete process.env["PVE_OPS_REPORT"];
      rmSync(dirname(file), { recursive: true });
    }
  }

  /** Up, of what is in no state yet; what is half done comes back as `Half`. */
  async make(name: string, args: object): Promise<Outputs> {
    const inputs = await this.preview(name, args);
    return kept(this.#provider.create(inputs).then(({ outs }) => outs));
  }

  async change(name: string, olds: Outputs, args: object): Promise<Outputs> {
    const inputs = await this.preview(name, args, olds);
    return kept(this.#provider.update(`proj/dev/${name}`, olds, inputs).then(({ outs }) => outs));
  }

  async refresh(name: string, olds: Outputs): Promise<Outputs | undefined> {
    const { props } = await this.#provider.read(`proj/dev/${name}`, olds);
    return props && plain(props);
  }

  remove(name: string, olds: Outputs): Promise<void> {
    return this.#provider.delete(`proj/dev/${name}`, olds);
  }

  /** The next preview would find something to do. */
  async isDifferent(name: string, olds: Outputs, args: object): Promise<boolean> {
    const inputs = await this.preview(name, args, olds);
    return (await this.#provider.diff(`proj/dev/${name}`, olds, inputs)).changes === true;
  }

  /** What somebody did by hand belongs to the cluster as it was. */
  remember(): void {
    this.#before = this.lab.state();
  }

  /** What is not as it was. */
  left(): readonly string[] {
    return differences(this.#before, this.lab.state()).map((one) => JSON.stringify(one));
  }

  userConfig(): string {
    return printUserConfig(this.lab.cluster.access);
  }

  /** What root is told. */
  async ask<T>(path: string): Promise<T> {
    const headers = { Authorization: `PVEAPIToken=root@pam!lab=${this.#root.secret}` };
    const { text } = await https(this.lab.nodes[0]?.api ?? "", `GET ${path}`, {}, { ca: this.lab.ca, headers });
    return JSON.parse(text).data;
  }

  /** The status that a token gets, or a list of what it may on a path. */
  async may(id: string, secret: unknown, path: string): Promise<number | string[]> {
    const headers = { Authorization: `PVEAPIToken=${id}=${secret}` };
    const call = `GET /access/permissions?path=${path}`;
    const { status, text } = await https(this.lab.nodes[0]?.api ?? "", call, {}, { ca: this.lab.ca, headers });
    return status === 200 ? Object.keys(JSON.parse(text).data[path] ?? {}).toSorted() : status;
  }
}

/** What failed half-way, with what Pulumi would keep of it. */
export class Half extends Error {
  readonly outputs: Outputs;

  constructor(message: string, outputs: Outputs) {
    super(message);
    this.outputs = outputs;
  }
}

/** What a run leaves in the state, whether it went through or not: what was `before` it where it changed nothing. */
export const orHalf = (
  work: Promise<Outputs>,
  before?: Outputs,
): Promise<{ readonly outputs?: Outputs | undefined; readonly failed: boolean; readonly why: string }> =>
  work.then(
    (outputs) => ({ outputs, failed: false, why: "" }),
    (thrown) => ({ outputs: thrown instanceof Half ? thrown.outputs : before, failed: true, why: String(thrown) }),
  );

async function kept(work: Promise<Outputs | undefined>): Promise<Outputs> {
  try {
    return plain(await work);
  } catch (thrown) {
    if (thrown instanceof Error && "properties" in thrown) throw new Half(thrown.message, plain(thrown.properties));
    throw thrown;
  }
}

/** As the engine hands on what is no text. */
const asTexts = (config: object): Record<string, string> =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]));

const SECRET = "4dabf18193072939515e22adb298388d";

/** As the engine hands outputs back: secrets in the clear. */
const plain = (outputs: unknown): Outputs =>
  JSON.parse(JSON.stringify(outputs), (_, value) =>
    typeof value === "object" && value !== null && SECRET in value ? value.value : value,
  );
