#!/bin/sh
# make-image.sh PLACE SUITE MIRROR PACKAGES: makes a folder PLACE with disk.qcow2, which boots by its own GRUB, and the keys
# for it; whole or not at all. Takes no loop device, no partitions of the machine's kernel and no mount.
set -eu
place=$1 suite=$2 mirror=$3 packages=$4
here=$(dirname "$0")

# Who comes second waits, and finds it made.
exec 9>"$place.lock"
flock 9
[ ! -e "$place" ] || exit 0

export part="$place.part"
rm -rf --one-file-system "$part"
trap 'rm -rf --one-file-system "$part"' EXIT
trap 'exit 143' HUP INT TERM
mkdir -p "$part/furnish"
for key in key host_key; do ssh-keygen -q -t ed25519 -N '' -C vm -f "$part/furnish/$key"; done
cp "$here/furnish-image.sh" "$part/furnish/"

# By Debian's own choice, every module and zstd, an initramfs takes the emulated processor eight minutes.
printf '%s\n' MODULES=list COMPRESS=gzip COMPRESSLEVEL=1 >"$part/furnish/conf"
printf '%s\n' virtio_pci virtio_blk ext4 crc32c_generic >"$part/furnish/modules"

mmdebstrap --quiet --mode=root --variant=apt --include="$packages" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=*/kernel/drivers/media/*' --dpkgopt='path-exclude=*/kernel/drivers/infiniband/*' \
  --dpkgopt='path-exclude=*/kernel/drivers/iio/*' --dpkgopt='path-exclude=*/kernel/drivers/staging/*' \
  --dpkgopt='path-exclude=*/kernel/drivers/net/wireless/*' --dpkgopt='path-exclude=*/kernel/drivers/net/ethernet/*' \
  --essential-hook='install -D -m 644 "$part/furnish/conf" "$1/etc/initramfs-tools/conf.d/vm"' \
  --essential-hook='install -D -m 644 "$part/furnish/modules" "$1/usr/share/initramfs-tools/modules.d/vm"' \
  --customize-hook='cp -r "$part/furnish" "$1/furnish"' \
  --customize-hook='chroot "$1" sh -eu /furnish/furnish-image.sh' \
  "$suite" "$part/root" "$mirror"

truncate -s 4096M "$part/disk.raw"
sfdisk --quiet "$part/disk.raw" <<END
label: gpt
start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
start=2MiB, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
END
# Its last MiB is for the second copy of the partition table.
mke2fs -q -F -t ext4 -m 1 -d "$part/root" -E offset=2097152 "$part/disk.raw" 4093M

timeout 900 qemu-system-x86_64 -accel tcg,thread=multi,tb-size=512 -machine q35 -cpu max -smp 2 -m 1024 \
  -nodefaults -no-reboot -display none -serial "file:$part/finishing.log" \
  -drive "if=none,id=disk,file=$part/disk.raw,format=raw,cache=unsafe,discard=unmap" -device virtio-blk-pci,drive=disk \
  -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng \
  -kernel "$part/root/vmlinuz" -initrd "$part/root/initrd.img" \
  -append 'root=/dev/vda2 rw console=ttyS0 systemd.run=/usr/local/sbin/finish-image systemd.run_success_action=poweroff systemd.run_failure_action=poweroff' </dev/null
if ! grep -q IMAGE-FINISHED "$part/finishing.log"; then
  tail -n 40 "$part/finishing.log"
  echo 'GRUB was not put on the disk'
  exit 1
fi

qemu-img convert -O qcow2 -c -o compression_type=zstd "$part/disk.raw" "$part/disk.qcow2"
mv "$part/furnish/key" "$part/furnish/host_key.pub" "$part/"
rm -rf --one-file-system "$part/furnish" "$part/root" "$part/disk.raw"
mv "$part" "$place"
