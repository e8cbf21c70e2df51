# Runs once in the new root, beside the folder /furnish: key.pub, host_key and host_key.pub.
echo vm >/etc/hostname
printf '127.0.0.1 localhost\n127.0.1.1 vm\n' >/etc/hosts

rm -f /etc/ssh/ssh_host_*
install -m 600 /furnish/host_key /etc/ssh/ssh_host_ed25519_key
install -m 644 /furnish/host_key.pub /etc/ssh/ssh_host_ed25519_key.pub
install -d -m 700 /root/.ssh
install -m 600 /furnish/key.pub /root/.ssh/authorized_keys
cat >/etc/ssh/sshd_config.d/vm.conf <<'END'
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
UseDNS no
END

# The address that QEMU's user network passes connections on to.
cat >/etc/systemd/network/vm.network <<'END'
[Match]
Name=en*
[Network]
Address=10.0.2.15/24
LinkLocalAddressing=no
IPv6AcceptRA=no
END

# Tells the outside that this boot can be reached.
cat >/etc/systemd/system/tell-up.service <<'END'
[Unit]
After=ssh.service systemd-networkd.service
Wants=systemd-networkd.service
[Service]
Type=oneshot
ExecStart=/usr/lib/systemd/systemd-networkd-wait-online --ipv4
ExecStart=sh -c 'echo "up $(cat /proc/sys/kernel/random/boot_id)" >/dev/ttyS1'
[Install]
WantedBy=multi-user.target
END
systemctl --quiet enable systemd-networkd ssh tell-up
systemctl --quiet mask systemd-networkd-wait-online serial-getty@ttyS1 apt-daily.timer apt-daily-upgrade.timer \
  e2scrub_reap dpkg-db-backup.timer fstrim.timer e2scrub_all.timer logrotate.timer

# /etc/default/grub stays as Debian has it. On a busy machine the timer can be too late for the kernel's look at it, which panics.
mkdir -p /etc/default/grub.d
cat >/etc/default/grub.d/10-vm.cfg <<'END'
GRUB_TIMEOUT=0
GRUB_RECORDFAIL_TIMEOUT=0
GRUB_TERMINAL="serial console"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=ttyS0,115200 no_timer_check"
GRUB_DISABLE_OS_PROBER=true
END

# Of the disk, which is there from the finishing boot on.
cat >/usr/local/sbin/finish-image <<'END'
#!/bin/sh
set -eux
mount -o remount,rw /
echo "UUID=$(blkid -s UUID -o value /dev/vda2) / ext4 errors=remount-ro 0 1" >/etc/fstab
echo 'grub-pc grub-pc/install_devices multiselect /dev/vda' | debconf-set-selections
grub-install --target=i386-pc /dev/vda
update-grub
rm /usr/local/sbin/finish-image
sync
echo IMAGE-FINISHED >/dev/ttyS0
END
chmod 755 /usr/local/sbin/finish-image
rm -r /furnish
