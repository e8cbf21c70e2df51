import { expect } from "chai";
import { OneHost } from "../../support/one-host.ts";
import { needsHosts } from "../../support/trial-hosts.ts";

const UNITS = "/etc/systemd/system";
const TARGETS = "multi-user.target rescue.target emergency.target";

const timer = `[Unit]
Description=takes it back unless somebody says that all is well
ConditionPathExists=/var/lib/armed

[Timer]
OnBootSec=300
Unit=heal.service

[Install]
WantedBy=${TARGETS}
`;
const service = (script: string) => `[Unit]
ConditionPathExists=/var/lib/armed
[Service]
Type=oneshot
ExecStart=/bin/sh -c '${script}'
`;
const heal = (rebuild: string) =>
  `rm /var/lib/armed /etc/default/grub.d/zz-test.cfg; ${rebuild} update-grub && systemctl reboot`;

describe("units that lie on a host", function () {
  this.timeout(60_000);
  let on: OneHost;
  before(async function () {
    await needsHosts(this);
    on = await OneHost.start({ board: "x570", cards: ["GTX 1080"] });
  });
  after(() => on?.close());

  const arm = async (script: string) => {
    await on.write(`${UNITS}/heal.timer`, timer);
    await on.write(`${UNITS}/heal.service`, service(script));
    await on.says("touch /var/lib/armed && systemctl daemon-reload && systemctl enable --quiet heal.timer");
  };
  const add = (words: string) =>
    on.write("/etc/default/grub.d/zz-test.cfg", `GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT ${words}"\n`);
  const bootId = () => on.says("cat /proc/sys/kernel/random/boot_id");

  it("are enabled for every target that they name, and disabled without a trace", async () => {
    await arm("true");
    expect(await on.says(`cd ${UNITS} && ls *.wants && systemctl is-enabled heal.timer heal.service`)).to.equal(
      "emergency.target.wants:\nheal.timer\n\nmulti-user.target.wants:\nheal.timer\n\nrescue.target.wants:\nheal.timer\nenabled",
    );
    expect(await on.says("systemctl cat heal.timer")).to.include("# /etc/systemd/system/heal.timer\n[Unit]\n");
    await on.says("systemctl disable --quiet --now heal.timer");
    expect(await on.says(`ls ${UNITS}; systemctl is-enabled heal.timer || true`)).to.equal(
      "heal.service\nheal.timer\ndisabled",
    );
  });

  it("count from the start of the host: a timer is due at once where that is long ago", async () => {
    await arm("cat /proc/uptime > /root/fired");
    await on.says("systemctl start heal.timer; until test -e /root/fired; do sleep 0.01; done; rm /root/fired");
    expect(await on.says("systemctl is-active heal.timer; systemctl show -P SubState heal.timer")).to.equal(
      "active\nelapsed",
    );
  });

  it("fire after a reboot by the lab's clock, not a second before", async () => {
    await arm("echo > /root/fired");
    await on.reboot();
    await on.pass(299);
    expect(await on.says("systemctl is-active heal.timer; systemctl list-timers; ls /root")).to.match(
      /^active\nNEXT .*ACTIVATES\n.* UTC +1s +- +- +heal\.timer +heal\.service\n\n1 timers listed\.$/,
    );
    await on.pass(1);
    await on.says("until test -e /root/fired; do sleep 0.01; done; rm /root/fired");
  });

  it("do not fire any more when they are disabled, or when what they are conditional on is gone", async () => {
    await arm("echo > /root/fired");
    await on.reboot();
    await on.says("systemctl disable --quiet --now heal.timer; ! systemctl is-active --quiet heal.timer");
    await on.pass(301);
    await arm("echo > /root/fired");
    await on.reboot();
    await on.says("rm /var/lib/armed");
    await on.pass(301);
    await on.reboot();
    await on.pass(301);
    expect(await on.says("systemctl is-active heal.timer || ls /root")).to.equal("inactive");
  });

  for (const [name, words, script] of [
    ["whose network does not come up", "module_blacklist=igb", heal("update-initramfs -u -k all &&")],
    ["that comes up in rescue mode", "systemd.unit=rescue.target", heal("")],
    ["that comes up in emergency mode", "systemd.unit=emergency.target", heal("")],
  ] as const)
    it(`heal a host ${name}: it takes back what was changed and starts over`, async () => {
      const before = await bootId();
      await add(words);
      await on.says("update-grub 2>&1");
      await arm(script);
      await on.reboot();
      expect(on.node.online).to.equal(false);
      await on.pass(300);
      await on.changes();
      await on.changes();
      expect([on.node.online, on.host.trouble]).to.deep.equal([true, undefined]);
      expect(await bootId()).to.not.equal(before);
      expect(await on.says("cat /proc/cmdline")).to.not.include(words);
      await on.pass(301);
      expect(await on.says("ls /var/lib/armed 2> /dev/null || systemctl is-active heal.timer || true")).to.equal(
        "inactive",
      );
    });
});
