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

mkdir -p "$FOLDER/root"
for part in "$BASE"/* "$BASE"/usr/*; do
  copy=$FOLDER/root${part#"$BASE"}
  case $USR:${part#"$BASE"} in
    *:/usr | shared:/usr/[!l]* | shared:/usr/l[!o]*) mkdir "$copy" ;;
    *) cp -a --reflink=auto "$part" "$copy" ;;
  esac
done
echo copied
read -r _ || exit 0

unshare --mount --pid --uts --ipc --fork --kill-child sh "$(dirname "$0")/inside.sh" </dev/null 2>&1 &
read -r _ || :
