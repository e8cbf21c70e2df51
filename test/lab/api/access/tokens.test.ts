import { expect } from "chai";
import { newCluster } from "../../../../lab/cluster.ts";
import { asHolderOf, type LabClient, labClient, nobody } from "../../../support/lab-client.ts";

describe("a token", () => {
  let client: LabClient;

  beforeEach(async () => {
    client = await labClient(newCluster("lab", [{ name: "pve1", release: "9.2" }]));
    await client.told("POST /access/users", { userid: "jür@pve", password: "jürs-password" });
  });
  afterEach(() => client.close());

  it("is told as it was given when it is made and changed, as numbers later", async () => {
    const call = `/access/users/${encodeURIComponent("jür@pve")}/token/ci`;
    const { info } = Object(await client.told(`POST ${call}`, { expire: 1_999_999_999 }));
    expect(info).to.deep.equal({ expire: "1999999999", privsep: 1 });
    expect(await client.told(`PUT ${call}`, { privsep: 0, comment: "beep" })).to.deep.equal({
      ...{ expire: 1_999_999_999, privsep: "0", comment: "beep" },
    });
    expect(await client.told(`GET ${call}`)).to.deep.equal({ expire: 1_999_999_999, privsep: 0, comment: "beep" });
  });

  it("and a login work for users whose names are not English", async () => {
    const login = await client.told("POST /access/ticket", { username: "jür@pve", password: "jürs-password" }, nobody);
    expect(await client.told("GET /version", {}, asHolderOf(login))).to.include({ release: "9.2" });
  });
});
