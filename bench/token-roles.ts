/**
 * As ApiTokenRole takes them: so many, nothing shared between them. Pulumi hands the config to its program in one
 * environment variable, which Linux limits to 128 KiB: 500 of these, without a comment, are 105.
 */
export const tokenRoles = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    return {
      name: `robot-${n}`,
      role: { name: `BenchRobot${n}`, privileges: ["VM.Audit", "VM.Backup"] },
      user: { id: `robot-${n}@pve` },
      token: { name: "nightly" },
      acl: [{ path: "/vms/101" }],
    };
  });
