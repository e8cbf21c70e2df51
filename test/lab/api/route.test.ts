import { expect } from "chai";
import { router } from "../../../lab/api/route.ts";
import { apiOf, type Release } from "../../../lab/schema/schema.ts";

describe("a request finds its method", () => {
  for (const release of ["8.4", "9.2"] as const satisfies Release[])
    it(`by every path of ${release}`, () => {
      const { paths } = apiOf(release);
      const route = router(paths);
      for (const [path, verbs] of Object.entries(paths))
        for (const [verb, method] of Object.entries(verbs)) {
          const asked = path.replace(/\{([^}]+)\}/g, (_, name: string) => `x-${name}`);
          const found = route(verb, asked);
          expect(found?.path, `${verb} ${asked}`).to.equal(path);
          expect(found?.method).to.equal(method);
          for (const [name, value] of Object.entries(found?.places ?? {})) expect(value).to.equal(`x-${name}`);
        }
    });

  const route = router(apiOf("9.2").paths);

  it("with what stands in the path's places", () => {
    expect(route("GET", "/access/users/joe@pve/token/ci")?.places).to.deep.equal({
      userid: "joe@pve",
      tokenid: "ci",
    });
    expect(route("GET", "//nodes//pve1/qemu/100/config/")?.places).to.deep.equal({ node: "pve1", vmid: "100" });
  });

  it("with a volume's whole name, whose slashes are its own", () => {
    const volume = "backups:backup/vm/101/2026-01-31T02:00:00Z";
    const found = route("GET", `/nodes/pve1/storage/backups/content/${volume}`);
    expect(found?.path).to.equal("/nodes/{node}/storage/{storage}/content/{volume}");
    expect(found?.places).to.deep.equal({ node: "pve1", storage: "backups", volume });
  });

  it("or none", () => {
    for (const [verb, path] of [
      ["GET", "/nothing"],
      ["DELETE", "/version"],
      ["GET", "/version/more"],
      ["PATCH", "/version"],
    ] as const)
      expect(route(verb, path), `${verb} ${path}`).to.equal(undefined);
  });
});
