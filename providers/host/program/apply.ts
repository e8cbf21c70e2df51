import { BIND } from "./bind.ts";
import { FACTS } from "./facts.ts";
import { FRAME } from "./frame.ts";

/**
 * Takes the steps that it reads, one a line, under the host's lock; says which are done, or which failed and why; and
 * then tells the facts, so that what is there is read back in the same round trip.
 */
export const APPLY = String.raw`${FRAME}${FACTS}
step=0
ended() { # HOW WHY
  printf '%s %s' "$1" "$step"; word "$2"; printf '\n'
  tell
}
# A host that goes back by itself asks for nothing that may not answer.
tell() {
  if [ -n "${"$"}{PVE_OPS_AGAIN-}" ]; then printf 'end\n'; else facts; fi
  exit 0
}
stop() { ended failed "$1"; }
overtaken() { ended overtaken "somebody changed $1 just now"; }
# Each answers in $err what went wrong.
must() { err=$("$@" 2>&1 < /dev/null 9>&-) || stop "$err"; }

take_lock() { # SECONDS
  # Not below /run/lock: there anybody on the host could hold it, or have it be another file.
  must mkdir -p -m 700 -- "$root/run/pve-ops"
  # A shell ends where exec cannot open a file.
  (: >> "$root/run/pve-ops/lock") 2> /dev/null || stop "cannot write $root/run/pve-ops/lock"
  exec 9>> "$root/run/pve-ops/lock"
  flock -w "$1" 9 || stop "another run has held this host's lock for $1 s"
}

# Follows a symbolic link to what is edited; never out of the root.
find_target() { # PATH
  at=$root$1
  if [ -L "$at" ]; then
    at=$(readlink -f -- "$at") || stop "$1 is a symbolic link to nowhere"
    case $at in "$root"/*) ;; *) stop "$1 is a symbolic link out of $root" ;; esac
  fi
}
check_unchanged() { # PATH EXPECTED
  [ "$2" != any ] || return 0
  if [ -e "$at" ]; then sum=$(sha256sum < "$at" 9>&-) || stop "cannot read $1"; else sum=absent; fi
  [ "${"$"}{sum%% *}" = "$2" ] || is_done_before || { rm -f -- "${"$"}{beside-}"; overtaken "$1"; }
}
# Who takes the same steps again at a later start keeps in a file how many are done; the one it was cut off in finds its
# own work.
again=${"$"}{PVE_OPS_AGAIN-} taken=0
if [ -n "$again" ]; then read -r taken 2> /dev/null < "$again" || taken=0; fi
is_behind() { # VERB
  [ "$1" != expect ] && [ "$step" -le "$taken" ]
}
note_taken() {
  [ -n "$again" ] && [ "$step" -gt "$taken" ] || return 0
  # Each other step has what it wrote on disk when it ends.
  [ "$verb" != work ] || sync
  { printf '%s\n' "$step" > "$again" && sync -- "$again"; } 2> /dev/null || :
}
is_done_before() {
  [ -n "$again" ] || return 1
  if [ -z "${"$"}{beside-}" ]; then [ ! -e "$at" ]; else [ -e "$at" ] && cmp -s -- "$beside" "$at"; fi
}
# The new content stands beside, whole and on disk, before it takes the place of the old.
put() { # PATH MODE LENGTH: content from stdin
  beside=${"$"}{at%/*}/.${"$"}{at##*/}.pve-ops-new
  must rm -f -- "$beside"
  if [ -e "$at" ]; then must cp --preserve=all -- "$at" "$beside"; fi
  err=$({ head -c "$3" > "$beside"; } 2>&1 9>&-) || { rm -f -- "$beside"; stop "$err"; }
  [ "$(stat -c %s -- "$beside")" = "$3" ] || { rm -f -- "$beside"; stop "the connection ended in the middle"; }
  if [ ! -e "$at" ] || { [ "$2" = 755 ] && [ ! -x "$at" ]; }; then must chmod "$2" -- "$beside"; fi
  err=$(sync -- "$beside" 2>&1) || { rm -f -- "$beside"; stop "$err"; }
}
in_place() {
  err=$(mv -f -T -- "$beside" "$at" 2>&1) || { rm -f -- "$beside"; stop "$err"; }
  sync -- "${"$"}{at%/*}" 2> /dev/null || :
}

do_keep() { # PATH COPY: the file as it is, before anything of ours is in it
  if [ ! -f "$root$1" ]; then must rm -f -- "$root$2"; return; fi
  beside=$root${"$"}{2%/*}/.${"$"}{2##*/}.pve-ops-new
  must cp -L --preserve=all -- "$root$1" "$beside"
  must sync -- "$beside"
  must mv -f -T -- "$beside" "$root$2"
  must sync -- "$root${"$"}{2%/*}"
}
do_folder() { # PATH MODE
  if [ ! -d "$root$1" ]; then must mkdir -m "$2" -- "$root$1"; fi
}
do_unfolder() { # PATH: only if nothing is in it but what was cut off
  rm -f -- "$root$1"/.*.pve-ops-new
  rmdir -- "$root$1" 2> /dev/null || :
}
do_write() { # PATH EXPECTED MODE LENGTH
  find_target "$1"; put "$1" "$3" "$4"; check_unchanged "$1" "$2"; in_place
}
do_remove() { # PATH EXPECTED
  beside=; find_target "$1"
  check_unchanged "$1" "$2"
  # What somebody moved elsewhere and linked to goes with its link.
  must rm -f -- "$at" "$root$1"
  sync -- "${"$"}{at%/*}" 2> /dev/null || :
}
# What a run that was cut off left beside the file.
do_tidy() { # PATH
  find_target "$1"; must rm -f -- "${"$"}{at%/*}/.${"$"}{at##*/}.pve-ops-new"
}
do_expect() { # PATH DIGEST: stops where it is otherwise, whoever's work that is
  find_target "$1"
  sum=$(sha256sum < "$at" 2> /dev/null 9>&-) || sum=absent
  [ "${"$"}{sum%% *}" = "$2" ] || overtaken "$1"
}
do_units() { # enable|disable what heals this host
  if [ "$1" = enable ]; then
    has_systemd || stop "no systemd runs here, so nothing could heal this host"
    must systemctl daemon-reload; must systemctl enable --quiet pve-ops-confirm.timer
    return
  fi
  if has_systemd; then systemctl disable --quiet --now pve-ops-confirm.timer 2> /dev/null 9>&-; fi
  for kind in timer service; do must rm -f -- "$root/etc/systemd/system/pve-ops-confirm.$kind"; done
  must rm -rf -- "$lib/confirm"
  if has_systemd; then must systemctl daemon-reload; fi
}
do_forget() {
  must rm -rf -- "$lib/work"
}
# Work that takes minutes goes on without us: a run that lost its connection finds it again by its id.
do_work() { # ID LOG SECONDS WORD...
  id=$1; log=$root/var/log/pve-ops/$2.log; limit=$3; shift 3
  place=$lib/work/$id; turn=$root/run/pve-ops/work-lock
  if [ ! -e "$place/status" ] && ! is_at_it; then begin_work "$@"; fi
  waited=0 # fiftieths of a second
  while [ ! -e "$place/status" ]; do
    [ "$waited" -lt $((limit * 50)) ] || stop "still at it after $limit s; its log is ${"$"}{log#"$root"}"
    if [ "$waited" -lt 10 ]; then sleep 0.02; waited=$((waited + 1)); else sleep 0.2; waited=$((waited + 10)); fi
    # It may just have ended: its last word comes before that.
    if [ $((waited % 200)) = 0 ] && ! is_at_it && [ ! -e "$place/status" ]; then
      stop "it ended without a word; its log is ${"$"}{log#"$root"}"
    fi
  done
  read -r code < "$place/status"
  must rm -rf -- "$place"; rmdir -- "$lib/work" 2> /dev/null || :
  [ "$code" = 0 ] || stop "exit $code: $(tail -n 20 -- "$log" 2>&1)"
}
begin_work() { # WORD...
  must rm -rf -- "$place"; must mkdir -p -- "$root/var/log/pve-ops"; must mkdir -p -m 700 -- "$lib/work" "$place"
  {
    printf 'set --'
    for one; do printf " '%s'" "$(printf '%s' "$one" | sed "s/'/'\\\\''/g")"; done
    printf "\nplace='%s' log='%s' turn='%s'\n" "$place" "$log" "$turn"
    printf '%s\n' 'exec 8> "$place/at-it"; flock 8' 'flock "$turn" "$@" > "$log" 2>&1 < /dev/null 8>&-' \
      'printf "%s\n" $? > "$place/.status"; mv "$place/.status" "$place/status"'
  } > "$place/run" || stop "cannot write $place/run"
  if has_systemd; then
    # An earlier one of the same id may still be at it, for files that were other ones.
    printf '%s\n' "pve-ops-$id-$$" > "$place/unit" || stop "cannot write $place/unit"
    # By default it would have the start go on that ended in an emergency shell, and be ended with that when it fails again.
    must systemd-run --quiet --collect -p DefaultDependencies=no -p Conflicts=shutdown.target -p Before=shutdown.target \
      --unit "pve-ops-$id-$$" /bin/sh "$place/run"
  else
    sh "$place/run" < /dev/null > /dev/null 2>&1 9>&- &
  fi
}
# Whoever does it holds a lock for as long as it lives; a unit that is just beginning has not got it yet.
is_at_it() {
  [ -e "$place/status" ] || { [ -e "$place/at-it" ] && ! flock -n "$place/at-it" true; } ||
    { has_systemd && read -r unit 2> /dev/null < "$place/unit" && systemctl is-active --quiet "$unit"; }
}
has_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ] && command -v systemd-run > /dev/null 2>&1; }
${BIND}
decode() { # a line's words, one by one, into $1 $2 ...
  verb=$1; shift
  count=$#
  while [ "$count" -gt 0 ]; do
    plain=${"$"}{1#:}; shift
    case $plain in *\\*) plain=$(printf '%b.' "$plain"); plain=${"$"}{plain%.} ;; esac
    set -- "$@" "$plain"; count=$((count - 1))
  done
  verb=${"$"}{verb#:}
  if ! is_behind "$verb"; then "do_$verb" "$@"; elif [ "$verb" = write ]; then head -c "$4" > /dev/null; fi
}
read_patterns
IFS=' ' read -r wait
take_lock "$wait"
while IFS= read -r data; do
  step=$((step + 1))
  set -f; IFS=' '
  # shellcheck disable=SC2086
  set -- $data
  unset IFS; set +f
  if [ "$1" = end ]; then tell; fi
  decode "$@"
  note_taken
  printf 'done %s\n' "$step"
done
`;
