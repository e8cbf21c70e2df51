#!/bin/bash
# Becomes the first process of a host: builds what its programs see as their machine, leaves this one, and stays until
# nobody holds its standard input open any more. Runs as root of the lab's user namespace, in namespaces of the host.
# Usage: first.sh NAME TREE CONTROLS COMMANDS PROC
#   CONTROLS: the name of its folder of control files; COMMANDS: what it has over /usr; PROC: what it shows in /proc.
set -euo pipefail
name=$1 tree=$2 controls=$3 commands=$4 proc=$5

hostname "$name"
mount --bind "$tree" "$tree"
cd "$tree"
mkdir -p usr/local
for folder in bin sbin lib lib64; do
  [ -e "$folder" ] || [ -L "$folder" ] || [ ! -e "/$folder" ] || ln -s "usr/$folder" "$folder"
done

# Its programs are this machine's, less some, and its own over them; to /usr/local only the host itself writes.
mount --bind "$commands" /sys/commands
mount --bind usr/local /sys/local
mount -t overlay -o ro,nosuid,nodev,lowerdir=/sys/commands:/sys/scripts:/sys/hidden:/usr host usr
mount --bind /sys/local usr/local

# From here on a path is the host's, so that no link in its tree leads out of it; this machine is below for a moment.
machine=/usr/.machine
pivot_root . usr/.machine
cd /
PATH=$machine/usr/sbin:$machine/usr/bin

mkdir -p /dev/pts /dev/shm /etc/alternatives /home /mnt /opt /proc /root /run /srv /sys /tmp /var/tmp
find /run /tmp -xdev -mindepth 1 -delete
mkdir -p /run/lock
chmod 1777 /tmp /var/tmp /run/lock
mount --bind -o ro,nosuid,nodev $machine/etc/alternatives /etc/alternatives

# Its own processes; where that is refused, as in many containers, this machine's to look at.
mount -t proc -o ro,nosuid,nodev,noexec proc /proc 2>&- || {
  mount --rbind $machine/proc /proc
  mount -o remount,bind,ro /proc
}
[ ! -d "$machine$proc" ] || find "$machine$proc" -type f -printf '%P\0' | while IFS= read -r -d '' file; do
  [ ! -e "/proc/$file" ] || mount --bind -o ro "$machine$proc/$file" "/proc/$file"
done

mount --bind /sys /sys
mkdir -p /sys/.controls
[ ! -e "$machine/sys/controls/$controls" ] || mount --bind "$machine/sys/controls/$controls" /sys/.controls
mount -o remount,bind,ro /sys

for device in null zero full random urandom tty; do
  [ -e "/dev/$device" ] || : >"/dev/$device"
  mount --bind "$machine/dev/$device" "/dev/$device"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts /dev/pts
mount -t tmpfs -o mode=1777,nosuid,nodev shm /dev/shm
ln -sfn pts/ptmx /dev/ptmx
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr

umount --lazy $machine
PATH=/usr/sbin:/usr/bin
# What mount has left there.
rm -rf /run/mount

# Under this name, as Debian has it: what is started anew has nothing of this machine open.
exec -c -a /sbin/init /usr/lib/systemd/systemd --norc --noprofile -c '
  trap "" HUP INT QUIT TERM USR1 USR2
  echo up
  exec >&- 2>&-
  while read -r; do :; done
'
