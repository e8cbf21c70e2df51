# What systemctl, systemd-run and the start of the host share: units that lie in the host's files, and those that
# were made while it ran. What is known of a unit stands in a folder below /run, which a start finds empty.
STATE=/run/systemd/lab
mkdir -p "$STATE"

named() { case $1 in *.service | *.timer | *.target | *.socket | *.mount | *.slice | *.scope) printf '%s' "$1" ;; *) printf '%s.service' "$1" ;; esac; }
file_of() { # UNIT: the file that describes it, if there is one
  for folder in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system; do
    [ ! -f "$folder/$1" ] || { printf '%s' "$folder/$1"; return 0; }
  done
  return 1
}
said() { # UNIT KEY: every value of a key, a line each
  file=$(file_of "$1") && sed -n -e ':a' -e '/\\$/{N;s/\\\n/ /;ba' -e '}' -e "s/^[[:space:]]*$2[[:space:]]*=[[:space:]]*//p" "$file"
}
seconds() { # `90`, `90s`, `5min`, `1h 30m`
  total=0
  for word in $(printf '%s' "$1" | sed 's/\([0-9]\)[[:space:]]*\([a-z]\)/\1\2/g; s/\([a-z]\)\([0-9]\)/\1 \2/g'); do
    number=${word%%[a-z]*}
    case ${word#"$number"} in
      '' | s | sec | second | seconds) by=1 ;; m | min | minute | minutes) by=60 ;; h | hr | hour | hours) by=3600 ;;
      d | day | days) by=86400 ;; ms | msec) number=$(((number + 999) / 1000)) by=1 ;; *) return 1 ;;
    esac
    total=$((total + number * by))
  done
  printf '%s' "$total"
}
known_of() { # UNIT KEY: what is noted of it
  cat "$STATE/$1/$2" 2> /dev/null || :
}
holds() { # UNIT: whether what it is conditional on is so
  while IFS= read -r path; do
    case $path in
      '') ;;
      !*) [ ! -e "${path#!}" ] || return 1 ;;
      *) [ -e "$path" ] || return 1 ;;
    esac
  done << EOF
$(said "$1" ConditionPathExists)
EOF
}
arm() { # TIMER SINCE SECONDS SERVICE [PROGRAM ARGUMENT...]: by when it is due, its end is the same however late it waits
  timer=$1 due=$(/usr/libexec/lab/due "$2" "$3") service=$4
  shift 4
  note "$timer" due "$due"
  note "$timer" service "$service"
  note "$timer" state active
  detached /usr/libexec/lab/run-timer "$timer" "$due" "$service" "$@"
}
state_of() { # UNIT: active, activating, failed or inactive
  state=$(cat "$STATE/$1/state" 2> /dev/null) || state=inactive
  printf '%s' "$state"
}
is_running() { pid=$(cat "$STATE/$1/pid" 2> /dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null; }
note() { # UNIT KEY VALUE
  mkdir -p "$STATE/$1"
  printf '%s\n' "$3" > "$STATE/$1/$2.new" && mv -f "$STATE/$1/$2.new" "$STATE/$1/$2"
}
detached() { # PROGRAM ARGUMENT...: goes on when whoever started it is gone
  setsid sh -c 'exec "$@" < /dev/null > /dev/null 2>&1 &' sh "$@"
}
