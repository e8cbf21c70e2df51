#!/bin/sh
# make-root.sh PLACE SUITE MIRROR PACKAGES FURNISH: makes a Debian root at PLACE, whole or not at all.
set -eu
place=$1 suite=$2 mirror=$3 packages=$4
export FURNISH="$5"

# Who comes second waits, and finds it made.
exec 9>"$place.lock"
flock 9
[ ! -e "$place" ] || exit 0

part=$place.part
rm -rf --one-file-system "$part"
# Of the kernel's modules only some, so that an initrd takes a second: none but these is looked at.
mmdebstrap --quiet --mode=root --variant=apt --include="$packages" \
  --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
  --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/locale/de/*' \
  --dpkgopt='path-exclude=*/lib/modules/*/kernel/*' \
  --dpkgopt='path-include=*/kernel/drivers/vfio/*' \
  --dpkgopt='path-include=*/kernel/drivers/gpu/drm/nouveau/*' \
  --dpkgopt='path-include=*/kernel/sound/pci/hda/*' \
  --dpkgopt='path-include=*/kernel/fs/ext4/*' \
  --customize-hook='chroot "$1" sh -eu <"$FURNISH"' \
  "$suite" "$part" "$mirror"
mv "$part" "$place"
