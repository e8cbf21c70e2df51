const WHERE = "[--host HOST]... [--stack NAME] [--json]";

/** How the commands that ask hosts are written, by their names. */
export const USAGE = {
  status: `status ${WHERE}   is every host and card as it is to be?`,
  diag: `diag iommu|map|conflicts|boot ${WHERE} [--html FILE] [--restore]   what stands in a card's way?`,
  rescue: "rescue HOST [--stack NAME] [--reboot] [--release] [--json]   gives a host its console back",
  bind: "bind HOST ADDRESS [--stack NAME] [--json]   a device to vfio-pci, now",
  unbind: "unbind HOST ADDRESS [--stack NAME] [--json]   and back to its own driver",
} as const;

/** How hosts are found, and what exit codes say. */
export const ON_HOSTS = `
  --stack NAME  the hosts of this stack's config, from the folder of its project
  --host HOST   a host as ssh knows it (root@192.0.2.11, an alias of ~/.ssh/config), or one of the stack's
                without both, the hosts of PVE_ENDPOINT
  --json        for programs

Exit codes: 0 as it is to be, or done; 1 it is not, or refused; 2 it could not be told.
`;
