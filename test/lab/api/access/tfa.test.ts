import { expect } from "chai";
import { countAt, parseTotp, passcode } from "../../../../lab/access/totp.ts";
import { Chance } from "../../../../lab/chance.ts";
import { Clock } from "../../../../lab/clock.ts";
import { newCluster } from "../../../../lab/cluster.ts";
import { asHolderOf, asRoot, type LabClient, labClient, nobody, ROOT_PASSWORD } from "../../../support/lab-client.ts";

const URI = "otpauth://totp/lab:joe%40pve?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=lab";
const LOGIN = "POST /access/ticket";
const JOE = { username: "joe@pve", password: "joes-password" };

describe("second factors", () => {
  let clock: Clock;
  let client: LabClient;
  let joe: Readonly<Record<string, string>>;

  beforeEach(async () => {
    clock = new Clock(1_800_000_000_000);
    clock.stop();
    client = await labClient(newCluster("lab", [{ name: "pve1", release: "9.2" }], { clock, chance: new Chance(7) }));
    await client.told("POST /access/users", { userid: "joe@pve", password: JOE.password });
    joe = await client.as("joe@pve", JOE.password);
  });
  afterEach(() => client.close());

  const value = () => passcode(parseTotp(URI), countAt(parseTotp(URI), clock.now()));
  const totp = () => ({ type: "totp", description: "phone", totp: URI, value: value(), password: JOE.password });
  const addTotp = async () => Object(await client.told("POST /access/tfa/joe@pve", totp(), joe)).id;
  const addRecovery = async (): Promise<string[]> =>
    Object(await client.told("POST /access/tfa/joe@pve", { type: "recovery", password: JOE.password }, joe)).recovery;
  const half = async () => Object(await client.told(LOGIN, JOE, nobody));
  const answer = (challenge: string, password: string) =>
    client.ask(LOGIN, { username: "joe@pve", password, "tfa-challenge": challenge }, nobody);

  it("are made, told, changed and removed by their user, who is marked while there are any", async () => {
    const id = await addTotp();
    const entry = { type: "totp", id, description: "phone", created: 1_800_000_000 };
    expect(await client.told("GET /access/tfa/joe@pve", {}, joe)).to.deep.equal([entry]);
    expect(await client.told("GET /access/tfa", {}, joe)).to.deep.equal([{ userid: "joe@pve", entries: [entry] }]);
    expect(await client.told("GET /access/users/joe@pve/tfa", {}, joe)).to.deep.equal({ user: "oath" });
    expect(await client.told("GET /access/users/joe@pve")).to.deep.include({ keys: "x" });
    const change = { description: "old phone", enable: 0, password: JOE.password };
    await client.told(`PUT /access/tfa/joe@pve/${id}`, change, joe);
    expect(await client.told(`GET /access/tfa/joe@pve/${id}`)).to.deep.equal({
      ...{ ...entry, description: "old phone", enable: 0 },
    });
    expect(Object(await client.told(LOGIN, JOE, nobody)).NeedTFA).to.equal(undefined);
    await client.told(`DELETE /access/tfa/joe@pve/${id}`, { password: JOE.password }, joe);
    expect(await client.told("GET /access/tfa")).to.deep.equal([]);
    expect(await client.told("GET /access/users/joe@pve")).to.not.have.property("keys");
  });

  it("make a password half a login, which a one-time password completes, each but once", async () => {
    await addTotp();
    const { ticket, cap, ...login } = await half();
    expect([login.NeedTFA, login.username, cap]).to.deep.equal([1, "joe@pve", undefined]);
    expect(ticket).to.match(/^PVE:!tfa!\{"totp"%3Atrue\}:[0-9A-F]{8}::\S+$/);
    expect((await client.ask("GET /version", {}, asHolderOf({ ticket, ...login }))).reason).to.equal(
      "Authentication failed!",
    );
    expect((await client.ask(LOGIN, { username: "joe@pve", password: ticket }, nobody)).status).to.equal(401);

    const whole = await answer(ticket, `totp:${value()}`);
    expect(whole.status).to.equal(200);
    expect(await client.told("GET /version", {}, asHolderOf(whole.body.data))).to.include({ release: "9.2" });
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(401);
    clock.step(30);
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(200);
  });

  for (const { what, response } of [
    { what: "a wrong value", response: "totp:000000" },
    { what: "a value without its kind", response: "000000" },
    { what: "a key that the user does not have", response: 'webauthn:{"challenge":"x"}' },
    { what: "the password again", response: JOE.password },
  ])
    it(`are not passed with ${what}`, async () => {
      await addTotp();
      const refused = await answer((await half()).ticket, response);
      expect([refused.status, refused.body.message]).to.deep.equal([401, "authentication failure\n"]);
    });

  it("are not passed with another's half ticket, nor with one that is old", async () => {
    await addTotp();
    const { ticket } = await half();
    await client.told("POST /access/users", { userid: "jim@pve", password: "jims-password" });
    const asJim = { username: "jim@pve", password: `totp:${value()}`, "tfa-challenge": ticket };
    expect((await client.ask(LOGIN, asJim, nobody)).status).to.equal(401);
    clock.step(2 * 3600);
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(401);
  });

  it("are asked for again after a right value beside the password, which is used up, and a wrong one fails", async () => {
    await addTotp();
    expect((await client.ask(LOGIN, { ...JOE, otp: "totp:000000" }, nobody)).status).to.equal(401);
    const { ticket, NeedTFA } = Object(await client.told(LOGIN, { ...JOE, otp: `totp:${value()}` }, nobody));
    expect(NeedTFA).to.equal(1);
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(401);
  });

  it("can be lost: of ten recovery keys each is good once", async () => {
    await addTotp();
    const keys = await addRecovery();
    expect(keys).to.have.length(10);
    expect(new Set(keys).size).to.equal(10);
    for (const key of keys) expect(key).to.match(/^([0-9a-f]{4}-){3}[0-9a-f]{4}$/);
    expect((await half()).ticket).to.include('{"totp"%3Atrue,"recovery"%3A[0,1,2,3,4,5,6,7,8,9]}');
    const { ticket } = await half();
    expect((await answer(ticket, `recovery:${keys[3]}`)).status).to.equal(200);
    expect((await answer(ticket, `recovery:${keys[3]}`)).status).to.equal(401);
    expect((await half()).ticket).to.include('"recovery"%3A[0,1,2,4,5,6,7,8,9]');
    // The real one tells of recovery keys no description either, though its schema says there is one.
    const listed = await client.ask("GET /access/tfa/joe@pve");
    expect(Object(listed.body.data)[0]).to.deep.equal({ type: "recovery", id: "recovery", created: 1_800_000_000 });
    await client.told("DELETE /access/tfa/joe@pve/recovery", { password: JOE.password }, joe);
    expect((await half()).ticket).to.not.include("recovery");
  });

  it("are locked after eight wrong values, until a recovery key or somebody who may unlocks them", async () => {
    await addTotp();
    const [key] = await addRecovery();
    const { ticket } = await half();
    for (let n = 0; n < 8; n += 1) await answer(ticket, "totp:000000");
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(401);
    const joes = async () => Object(await client.told("GET /access/users")).find(isJoe);
    expect(await joes()).to.include({ "totp-locked": 1 });
    expect(await client.told("PUT /access/users/joe@pve/unlock-tfa")).to.equal(1);
    expect(await client.told("PUT /access/users/joe@pve/unlock-tfa")).to.equal(0);
    clock.step(60);
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(200);

    for (let n = 0; n < 8; n += 1) await answer(ticket, "totp:000000");
    expect((await answer(ticket, `recovery:${key}`)).status).to.equal(200);
    expect(await joes()).to.not.have.property("totp-locked");
  });

  it("are locked for twelve hours after a hundred failures of any kind", async () => {
    const keys = await addRecovery();
    const { ticket } = await half();
    for (let n = 0; n < 100; n += 1) await answer(ticket, "recovery:wrong");
    expect((await answer(ticket, `recovery:${keys[0]}`)).status).to.equal(401);
    const [locked] = Object((await client.ask("GET /access/tfa")).body.data);
    expect(locked["tfa-locked-until"]).to.equal(clock.now() + 12 * 3600);
    clock.step(12 * 3600);
    expect((await answer((await half()).ticket, `recovery:${keys[0]}`)).status).to.equal(200);
  });

  it("that a realm wants of all keep out who has none, and another kind than it wants", async () => {
    await client.told("PUT /access/domains/pve", { tfa: "type=oath" });
    expect(await client.told("GET /access/users/joe@pve/tfa")).to.deep.equal({ realm: "oath" });
    expect((await client.ask(LOGIN, JOE, nobody)).status).to.equal(401);
    await addTotp();
    expect((await answer((await half()).ticket, `totp:${value()}`)).status).to.equal(200);
    await client.told("PUT /access/domains/pve", { tfa: "type=yubico,id=1,key=a" });
    const { ticket } = await half();
    expect(ticket).to.include('{"yubico"%3Atrue}');
    expect((await answer(ticket, `totp:${value()}`)).status).to.equal(401);
  });

  for (const { params, status = 500, message, errors } of [
    {
      params: { password: undefined },
      status: 400,
      message: "Parameter verification failed.\n",
      errors: { password: "password is required to modify user" },
    },
    { params: { password: "wrong" }, message: "invalid credentials\n" },
    { params: { description: undefined }, message: "'description' is required for new entries\n" },
    { params: { value: undefined }, message: "'totp' type requires both 'totp' and 'value' parameters\n" },
    { params: { value: "000000" }, message: "failed to verify TOTP challenge\n" },
    { params: { totp: "secret" }, message: "not an otpauth uri\n" },
    { params: { challenge: "x" }, message: "'challenge' parameter is invalid for 'totp' entries\n" },
    {
      params: { type: "recovery" },
      message: "generating recovery tokens does not allow additional parameters\n",
    },
    { params: { type: "webauthn" }, status: 501, message: "webauthn is not part of the lab" },
    { params: { type: "u2f" }, status: 501, message: "u2f is not part of the lab" },
    { params: { type: "yubico" }, status: 501, message: "yubico is not part of the lab" },
  ])
    it(`are not made with ${JSON.stringify(params, (_, one) => one ?? null)}: ${JSON.stringify(errors ?? message)}`, async () => {
      const asked = Object.entries({ ...totp(), ...params }).filter(([, one]) => one !== undefined);
      const refused = await client.ask("POST /access/tfa/joe@pve", Object.fromEntries(asked), joe);
      expect([refused.status, refused.body]).to.deep.equal([
        ...[status, { data: null, message, ...(errors ? { errors } : {}) }],
      ]);
    });

  for (const { call, status = 500, message } of [
    { call: "GET /access/tfa/joe@pve/none", status: 404, message: "No such tfa entry 'none'" },
    { call: "PUT /access/tfa/joe@pve/none", message: "no such entry\n" },
    { call: "DELETE /access/tfa/joe@pve/none", message: "no such entry\n" },
    { call: "PUT /access/users/joe@pve/unlock-tfa", message: "no such challenge\n" },
    { call: "GET /access/users/joe@none/tfa", message: "auth domain 'none' does not exist\n" },
  ])
    it(`say no to ${call} in PVE's words`, async () => {
      const refused = await client.ask(call, {}, await client.as("root@pam", ROOT_PASSWORD));
      expect([refused.status, refused.body]).to.deep.equal([status, { data: null, message }]);
    });

  it("are shown to none but their user and who may manage that one, and never changed with a token", async () => {
    await addTotp();
    await client.told("POST /access/users", { userid: "jim@pve", password: "jims-password" });
    const jim = await client.as("jim@pve", "jims-password");
    expect(await client.told("GET /access/tfa", {}, jim)).to.deep.equal([]);
    expect((await client.ask("GET /access/tfa/joe@pve", {}, jim)).status).to.equal(403);
    expect((await client.ask("POST /access/tfa/joe@pve", { type: "recovery" }, asRoot)).status).to.equal(403);
  });

  it("are gone with their user", async () => {
    await addTotp();
    await client.told("DELETE /access/users/joe@pve");
    await client.told("POST /access/users", { userid: "joe@pve", password: JOE.password });
    expect((await half()).NeedTFA).to.equal(undefined);
  });

  it("that a user has are listed by kind where there are no recovery keys, over which PVE stumbles", async () => {
    await addTotp();
    const kinds = () => client.ask("GET /access/users/joe@pve/tfa", { multiple: 1 });
    expect((await kinds()).body.data).to.deep.equal({ user: ["totp"] });
    await addRecovery();
    expect((await kinds()).reason).to.equal("Not an ARRAY reference at /usr/share/perl5/PVE/API2/User.pm line 640.");
  });
});

const isJoe = ({ userid }: { userid: string }): boolean => userid === "joe@pve";
