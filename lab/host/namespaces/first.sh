#!/bin/bash
# Becomes the first process of a host: builds what its programs see as their machine, leaves this one, and stays until
# nobody holds its standard input open any more. Runs as root of the lab's user namespace, in namespaces of the host.
# Usage: first.sh NAME TREE CONTROLS COMMANDS PROC
#   CONTROLS: the name of its folder of control files; COMMANDS: what it has over /usr; PROC: what it shows in /proc.
set -euo pipefail
name=$1 tree=$2 controls=$3 commands=$4 proc=$5

# A line as fstab has it: WHAT WHERE TYPE OPTIONS. One mount(8) does them all, which is what makes a boot quick.
line() {
  local word words=()
  for word in "$@"; do
    word=${word//\\/\\134} word=${word// /\\040} word=${word//$'\t'/\\011} word=${word//$'\n'/\\012}
    words+=("$word")
  done
  echo "${words[*]}"
}
bind() { line "$1" "$2" none "bind${3:+,$3}"; }

hostname "$name"
mount --bind "$tree" "$tree"
cd "$tree"
mkdir -p usr/local
for folder in bin sbin lib lib64; do
  [ -e "$folder" ] || [ -L "$folder" ] || [ ! -e "/$folder" ] || ln -s "usr/$folder" "$folder"
done

# Its programs are this machine's, less some, and its own over them; to /usr/local only the host itself writes.
{
  bind "$commands" /sys/commands
  bind "$tree/usr/local" /sys/local
  line host "$tree/usr" overlay ro,nosuid,nodev,lowerdir=/sys/commands:/sys/scripts:/sys/hidden:/usr
  bind /sys/local "$tree/usr/local"
} >"/sys/$controls.fstab"
mount --all --fstab "/sys/$controls.fstab"

# From here on a path is the host's, so that no link in its tree leads out of it; this machine is below for a moment.
machine=/usr/.machine
pivot_root . usr/.machine
cd /
PATH=$machine/usr/sbin:$machine/usr/bin

mkdir -p /dev/pts /dev/shm /etc/alternatives /home /mnt /opt /proc /root /run /srv /sys/.controls /tmp /var/tmp
find /run /tmp -xdev -mindepth 1 -delete
mkdir -p -m 1777 /run/lock
mkdir -p /run/systemd/system
chmod 1777 /tmp /var/tmp

# Its own processes; where that is refused, as in many containers, this machine's to look at.
mount -t proc -o ro,nosuid,nodev,noexec proc /proc 2>&- || {
  mount --rbind $machine/proc /proc
  mount -o remount,bind,ro /proc
}

devices=(null zero full random urandom tty)
for device in "${devices[@]}"; do [ -e "/dev/$device" ] || : >"/dev/$device"; done
{
  bind $machine/etc/alternatives /etc/alternatives ro,nosuid,nodev
  for device in "${devices[@]}"; do bind "$machine/dev/$device" "/dev/$device"; done
  line devpts /dev/pts devpts newinstance,ptmxmode=0666,mode=620
  line shm /dev/shm tmpfs mode=1777,nosuid,nodev
  bind /sys /sys ro
  [ ! -e "$machine/sys/controls/$controls" ] || bind "$machine/sys/controls/$controls" /sys/.controls
  [ ! -d "$machine$proc" ] || find "$machine$proc" -type f ! -path "$machine$proc/mounts" -printf '%P\0' | while IFS= read -r -d '' file; do
    [ ! -e "/proc/$file" ] || bind "$machine$proc/$file" "/proc/$file" ro
  done
} >"$machine/sys/$controls.fstab"
mount --all --fstab "$machine/sys/$controls.fstab"

# A link that the kernel makes to each process's own: only by its number does mount(2) take the link itself.
[ ! -e "$machine$proc/mounts" ] || LIBMOUNT_FORCE_MOUNT2=always "$machine/usr/bin/perl" -MFcntl -e '
  $^F = 99;
  sysopen my $link, "/proc/mounts", 010000000 | O_NOFOLLOW or exit;
  exec "mount", "-c", "--bind", $ARGV[0], "/proc/self/fd/" . fileno $link;
' "$machine$proc/mounts" || :

link() { [ -L "/dev/$2" ] || ln -s "$1" "/dev/$2"; }
link pts/ptmx ptmx
link /proc/self/fd fd
link /proc/self/fd/0 stdin
link /proc/self/fd/1 stdout
link /proc/self/fd/2 stderr

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
