/** As ApiTokenRole takes them: so many, nothing shared between them. */
export const tokenRoles = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    const n = index + 1;
    return {
      name: `robot-${n}`,
      role: { name: `BenchRobot${n}`, privileges: ["VM.Audit", "VM.Backup", "Datastore.AllocateSpace"] },
      user: { id: `robot-${n}@pve`, comment: `robot ${n} of the benchmark` },
      token: { name: "nightly", comment: "backs up at night" },
      acl: [{ path: "/vms/101" }],
    };
  });
