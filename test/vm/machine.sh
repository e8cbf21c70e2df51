#!/bin/sh
# machine.sh FOLDER ARGUMENT...: runs QEMU in FOLDER, its monitor on our input and output. When the input ends, by will or
# because the test died, it ends that QEMU and removes the folder.
set -eu
folder=$1
shift
cd "$folder"

end() {
  [ ! -s pid ] || kill -KILL "$(cat pid)" 2>/dev/null || :
  wait
  rm -rf --one-file-system "$folder"
}
trap end EXIT
trap 'exit 143' HUP INT TERM

mkfifo orders
{
  sh -c 'echo $$ >pid; exec qemu-system-x86_64 "$@"' qemu "$@" <orders 2>&1 || :
  echo 'qemu ended'
} | cat & # by a pipe, since what we have may be a socket, which it cannot open as a file
# That it stopped reading is no failure.
cat >orders || :
