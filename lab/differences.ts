/** What a client could notice that is not as on a real cluster, beyond the endpoints that are missing. */
export const differences: readonly { readonly of: string; readonly what: string }[] = [
  {
    of: "Formats",
    what: "`/api2/json` alone is served: no `/api2/extjs`, no web interface, no uploads, no websockets.",
  },
  {
    of: "Guests",
    what:
      "Nothing runs. A start takes two seconds of the lab's time and looks at no device, disk or amount of memory; " +
      "what is used of a processor, memory or disk is a steady part of what there is.",
  },
  {
    of: "Guests",
    what:
      "On its host a machine that runs is a process that sleeps, with its number in `/run/qemu-server` and a cgroup; a " +
      "container is a cgroup alone. They come and go as the next program begins on the host.",
  },
  { of: "Guests", what: "They come from the cluster file; the API changes and removes them, but makes none." },
  {
    of: "Disks",
    what: "A disk is a name in a guest's file: a storage does not get fuller by it, and does not list it.",
  },
  {
    of: "Storages",
    what:
      "They list backups alone: no disks, images of CDs or templates. A single volume that is none of the backups' kind " +
      "is 501.",
  },
  {
    of: "Backups",
    what:
      "A guest's is as large as a twentieth of its disks and takes five seconds of the lab's time, whatever its mode " +
      "and compression; a backup server saves no space. Nothing can be restored from one, or read in it.",
  },
  {
    of: "Backups",
    what:
      "`dumpdir`, `tmpdir` and `script` are 501; notifications, limits of bandwidth, fleecing and what is left out of " +
      "a container are taken and change nothing. `/etc/vzdump.conf` is as installed.",
  },
  {
    of: "Backups",
    what:
      "A backup server prunes by the clock of the node that asks, and its own words for what is not there are guessed. " +
      "Notes for a file that is not there are taken, as PVE does, and are lost, where PVE leaves them as a file.",
  },
  {
    of: "Backups",
    what: "Deleting one takes longer than `delay` can wait: the answer is always the task.",
  },
  {
    of: "Storages",
    what: "One that is configured is active, whatever its server or path is; nothing is mounted or looked for.",
  },
  {
    of: "Storages",
    what: "`local` is one like any other: it can be removed, and kept to some nodes. PVE has it everywhere again.",
  },
  {
    of: "Datacenter options",
    what: "What PVE fills in by itself (`mac_prefix`, `next-id`'s other bound) is not told, and a description has one line.",
  },
  {
    of: "Tags",
    what: "`registered-tags` are for who may modify the cluster; `user-tag-access` is kept and told, and not enforced.",
  },
  {
    of: "Networks",
    what: "Every bridge is in the zone `localnetwork`: there are no SDN zones and no VNets.",
  },
  {
    of: "Quorum",
    what:
      "Without it every change is refused with `cluster not ready - no quorum?`; where PVE first tries a lock, its " +
      "words are longer.",
  },
  {
    of: "Locks",
    what:
      "A guest is locked by a backup alone, or from outside: other tasks on it do not wait for each other, and its " +
      "config can be written meanwhile.",
  },
  {
    of: "Addresses",
    what: "A node tells the `ip` of the file, or one of its own; its API listens on loopback alone, as the connection says.",
  },
  {
    of: "The `Date` header",
    what: "It is this machine's time, not the lab's.",
  },
  {
    of: "Nodes",
    what: "A reboot takes thirty seconds of the lab's time; its guests do not start with it.",
  },
  {
    of: "SSH",
    what:
      "The server is no OpenSSH: it has an Ed25519 and an ECDSA key and no RSA key, reads nothing of `sshd_config`, " +
      "knows no options in `authorized_keys` and no certificates, forwards no ports to a client, and no agent. A " +
      "terminal keeps the size it had at first.",
  },
  {
    of: "SSH",
    what: "Each connection shows the host's keys as they are by then, where sshd shows those it has read when it began.",
  },
  {
    of: "Hosts",
    what:
      "Their programs are this machine's `/usr`, which can only be read, but for those of Proxmox VE and of the boot, " +
      "which are the lab's own and say what they are not. What is written to the network's files has no effect but at " +
      "a start. They share this machine's network.",
  },
  {
    of: "Hosts",
    what:
      "`systemctl` and `systemd-run` know services and timers of the host's own files (`ExecStart`, `Environment`, " +
      "`WorkingDirectory`, `ConditionPathExists`, `OnBootSec`, `OnStartupSec`, `OnActiveSec`, `Unit`, `WantedBy`, `RequiredBy`), whose " +
      "words they take as the shell does, and timers go by the lab's clock. Units are started one after the other, by no " +
      "order of their own, and a timer fires to the second. There is no journal, and what PVE runs is always active. `uptime` " +
      "is this machine's; `/proc/sys/kernel/random/boot_id` tells one start from another.",
  },
  {
    of: "Hosts",
    what:
      "`/sys`, `/proc/mounts` (as after the start), `/proc/swaps`, `lsblk`, `findmnt` and `zpool` tell of the host's own " +
      "disks; `/proc/self/mounts`, `mountinfo` and `df` of what the lab has mounted, and `/dev` has no disks. A port has " +
      "no cable but for the one that the host goes by, and `vmbr0` is there always. There is no `/proc/fb`.",
  },
  {
    of: "Hosts",
    what:
      "molly-guard's scripts get no arguments of their own (those after `--`), and its question has other words. A host " +
      "that came up without network has one vote, its own, and the others see it no more.",
  },
  {
    of: "Booting",
    what:
      "An initramfs is a text that says what is in it. Of its scripts, and of udev's rules, the lab understands " +
      "`driver_override` and `modprobe` written plainly, and runs none. What systemd loads by name comes after what " +
      "udev finds; on a real host that is a race. GRUB never forgets an entry that was set for one start.",
  },
  {
    of: "Booting",
    what: "ESPs stand under `/boot/.esp`, as if they were always mounted, and all hosts' have one UUID.",
  },
  {
    of: "Hardware",
    what:
      "Cards and boards have real ids; where they are, their groups and what their drivers say are plausible. A card has " +
      "no memory, no ROM and nothing to reset: what a guest would need of it cannot be tried.",
  },
  {
    of: "Hosts",
    what:
      "`admin` has root's rights even without `sudo`: it is there for clients that come as somebody else. What is not " +
      "root's or the world's has no effect: all files are of one owner.",
  },
  {
    of: "Hosts",
    what: "`/etc/pve` has the cluster's main files alone, and no program of a host can write there.",
  },
  {
    of: "Hosts",
    what: "A disk that is full is one folder that is full; `GET /state` shows what is written there when it has room again.",
  },
  {
    of: "Backup jobs",
    what:
      "No job begins by itself when its time comes. There is no `vzdump.cron` of older releases, and no job that syncs " +
      "a realm. Of a path to leave out that has a line's end in it the rest is gone; in PVE it may turn into a setting.",
  },
  {
    of: "Schedules",
    what:
      "What is wrong with one is told in the words of PVE's parser; PVE may add the place in its own code. A time " +
      "more than 250,000 years away is 501.",
  },
  {
    of: "Time zones",
    what: "A node knows the zones of tzdata's zone.tab, `UTC`, `GMT` and those of `Etc`: no older names like `US/Eastern`.",
  },
  {
    of: "Realms",
    what:
      "LDAP, AD and OpenID realms are kept and told, but nobody can log in there. Who fails to log in is not made " +
      "to wait.",
  },
  {
    of: "Second factors",
    what: "TOTP and recovery keys work; WebAuthn, U2F and Yubico are 501. Old keys in `user.cfg` are not taken over.",
  },
  {
    of: "Parameters",
    what:
      "The format `pve-command-batch` is let through. The models and flags of processors and the options of `hostpci` " +
      "are those of 9 on 8.4 as well.",
  },
  {
    of: "Answers",
    what:
      "Of some property strings PVE tells the object that they stand for, where its schema says text; so does the lab. " +
      "The commit in `repoid` is made up.",
  },
];
