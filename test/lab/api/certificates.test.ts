import { X509Certificate } from "node:crypto";
import { createServer, get } from "node:https";
import { expect } from "chai";
import { newAuthority, newLeaf, newSerial } from "../../../lab/api/certificates.ts";

describe("the lab's certificates", () => {
  it("have numbers that OpenSSL reads, whatever chance brings", () => {
    for (let first = 0; first < 256; first += 1) {
      const serial = newSerial((bytes) => new Uint8Array(bytes).fill(0).with(0, first));
      expect(serial).to.match(/^[4-7][0-9a-f]0{30}$/);
    }
  });

  it("are a CA of the cluster and a leaf for each node, which a client that trusts the CA accepts by name and address", async () => {
    const authority = await newAuthority();
    const leaf = await newLeaf(authority, "pve1", ["127.0.0.2"]);
    const certificate = new X509Certificate(leaf.certificate);
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).to.equal(true);
    expect(certificate.fingerprint256).to.equal(leaf.fingerprint);
    expect(certificate.checkIP("127.0.0.2")).to.equal("127.0.0.2");
    expect(certificate.checkHost("pve1")).to.equal("pve1");

    const server = createServer({ key: leaf.key, cert: leaf.certificate }, (_, response) => response.end("hello"));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const ask = (ca: string[]) =>
      new Promise<string>((done) => {
        get({ host: "127.0.0.1", port, ca }, (response) => {
          response.setEncoding("utf8").on("data", done);
        }).on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      });
    try {
      expect(await ask([authority.certificate])).to.equal("hello");
      expect(await ask([(await newAuthority()).certificate])).to.match(/UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/);
    } finally {
      server.close();
    }
  });
});
