#!/bin/sh
# A host on a copy of the root $BASE, in $FOLDER; with USR=shared its /usr is the root's own, read-only.
# It says `copied`, and starts at the next line it reads. When its input ends, by will or because the test died, it
# ends all that runs there and removes the folder.
set -eu

end() {
  if [ -s "$FOLDER/pid" ]; then
    kill -KILL "$(cat "$FOLDER/pid")" 2>/dev/null || :
    wait
  fi
  rm -rf --one-file-system "$FOLDER"
}
trap end EXIT
trap 'exit 143' HUP INT TERM

umask 022
mkdir -p "$FOLDER"
if [ "$USR" = own ]; then
  cp -a --reflink=auto "$BASE" "$FOLDER/root"
else
  set --
  for part in "$BASE"/*; do [ "$part" = "$BASE/usr" ] || set -- "$@" "$part"; done
  mkdir "$FOLDER/root"
  cp -a --reflink=auto --target-directory="$FOLDER/root" "$@"
  set -- "$FOLDER/root/usr"
  for part in "$BASE"/usr/*; do set -- "$@" "$FOLDER/root/usr/${part##*/}"; done
  mkdir "$@"
  cp -a --reflink=auto --target-directory="$FOLDER/root/usr/local" "$BASE"/usr/local/*
fi
echo copied
read -r _ || exit 0

unshare --mount --pid --uts --ipc --fork --kill-child sh "$(dirname "$0")/inside.sh" </dev/null 2>&1 &
read -r _ || :
