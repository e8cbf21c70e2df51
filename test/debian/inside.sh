# The first process of a host, in namespaces of its own.
set -eu
root=$FOLDER/root

# /proc is still that of the machine, and so is this number.
read -r pid _ </proc/self/stat
echo "$pid" >"$FOLDER/pid"
disk=$(findmnt --noheadings --output SOURCE --target "$root" | sed 's/\[.*//')

mount --bind "$root" "$root"
for part in "$BASE"/usr/*; do
  [ "$USR" = own ] || [ "$part" = "$BASE/usr/local" ] || mount -o bind,ro "$part" "$root/usr/${part##*/}"
done
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -o bind,ro "$root/proc/sys" "$root/proc/sys"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
for part in bus/pci class/iommu kernel/iommu_groups; do
  [ ! -d "$FOLDER/sys/$part" ] || mount -o bind,ro "$FOLDER/sys/$part" "$root/sys/$part"
done
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o "mode=1777,$TMP_EXEC" tmpfs "$root/tmp"
mkdir "$root/run/sshd"

mount -t tmpfs -o mode=755 tmpfs "$root/dev"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$root/dev/"
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
# grub-probe wants to know which disk / is on: it can be seen there, and not be opened.
if [ -b "$disk" ]; then
  mkdir -p "$root$(dirname "$disk")"
  touch "$root$disk"
  mount -o bind,nodev "$disk" "$root$disk"
fi

cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
hostname "$NAME"
umask "$MASK"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin setpriv --bounding-set "$BOUNDS" /usr/sbin/sshd -D -e &
wait $! || :
echo 'sshd ended'
