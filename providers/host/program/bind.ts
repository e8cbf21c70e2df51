/**
 * Has devices change their driver while the host runs. A function that can fail says why in $err. That vfio-pci takes a
 * card from under the frame buffer of the firmware is the kernel's own doing, since 6.0.
 */
export const BIND = String.raw`
bus=$root/sys/bus/pci
driver_of() { # ADDRESS
  link=$(readlink -- "$bus/devices/$1/driver") && printf '%s' "${"$"}{link##*/}"
}
# The kernel lets a write wait for as long as somebody uses the device.
within() { # SECONDS COMMAND...
  IFS=' ' read -r code err << EOF
$(in_time "$1" ended_with "$@")
EOF
  if [ -z "$code" ]; then err="the kernel is still at it after $1 s, as it is while somebody uses the device"; fi
  [ "$code" = 0 ]
}
ended_with() { # SECONDS COMMAND...: how it ended, and what it said
  shift
  said=$("$@" 2>&1)
  printf '%s %s\n' "$?" "$(printf '%s' "$said" | tr '\n' ' ')"
}
poke() { # FILE TEXT
  printf '%s\n' "$2" | tee -- "$1" > /dev/null
}
kernel_said() { # ADDRESS
  dmesg 2> /dev/null | grep -F -- "$1" | tail -n 2 | sed 's/^\[[^]]*] */; /' | tr -d '\n'
}

nodes_of() { # ADDRESS: the files that whoever uses the device has open
  if link=$(readlink -- "$bus/devices/$1/iommu_group"); then printf '/dev/vfio/%s\n' "${"$"}{link##*/}"; fi
  for one in "$bus/devices/$1"/vfio-dev/*; do printf '/dev/vfio/devices/%s\n' "${"$"}{one##*/}"; done
  for one in "$bus/devices/$1"/drm/*; do printf '/dev/dri/%s\n' "${"$"}{one##*/}"; done
  for one in "$bus/devices/$1"/graphics/*; do printf '/dev/%s\n' "${"$"}{one##*/}"; done
  for one in "$bus/devices/$1"/sound/card*/*; do printf '/dev/snd/%s\n' "${"$"}{one##*/}"; done
  sed -n 's,^Device Minor:[[:space:]]*,/dev/nvidia,p' "$root/proc/driver/nvidia/gpus/$1/information" 2> /dev/null
}
is_free() { # ADDRESS
  nodes=$(nodes_of "$1")
  err=$(find "$root"/proc/[0-9]*/fd -lname '/dev/*' -printf '%l %h\n' 2> /dev/null | while IFS=' ' read -r node place; do
    case "
$nodes
" in (*"
$node
"*) ;; (*) continue ;; esac
    pid=${"$"}{place%/fd}; pid=${"$"}{pid##*/}
    guest=$(grep -lx -- "$pid" "$root"/run/qemu-server/*.pid 2> /dev/null | sed 's,.*/\(.*\)\.pid$,guest \1: ,')
    printf 'it is in use (%sprocess %s, %s, has %s open)' "$guest" "$pid" "$(cat "$root/proc/$pid/comm" 2> /dev/null)" "$node"
    break
  done)
  [ -z "$err" ]
}

override() { # ADDRESS DRIVER
  within "$limit" poke "$bus/devices/$1/driver_override" "$2"
}
leave() { # ADDRESS: the driver that it has
  from=$(driver_of "$1")
  [ -z "$from" ] || within "$limit" poke "$bus/drivers/$from/unbind" "$1"
}
probe() { # ADDRESS
  within "$limit" poke "$bus/drivers_probe" "$1"
}
take() { # ADDRESS
  override "$1" vfio-pci && leave "$1" && probe "$1" || return 1
  err="vfio-pci does not take it$(kernel_said "$1")"
  [ "$(driver_of "$1")" = vfio-pci ]
}
# Back to the driver that it had; to none where that is empty, to whatever fits where it is any.
give() { # ADDRESS DRIVER
  [ -e "$bus/devices/$1" ] || return 0
  on=$(driver_of "$1")
  if [ "$on" = vfio-pci ] || [ -z "$on" ]; then
    is_free "$1" && load_driver "$1" "$2" && leave "$1" || return 1
    forget_id "$1"
    case $2 in
      '') ;;
      any) override "$1" '' && probe "$1" || return 1 ;;
      *) override "$1" "$2" && probe "$1" || return 1 ;;
    esac
    on=$(driver_of "$1")
  fi
  # Who gave it to another driver meanwhile meant that.
  override "$1" '' || return 1
  case $on in
    vfio-pci) err="vfio-pci takes it again: it was given its id"; return 1 ;;
    '') case $2 in '' | any) ;; *) err="$2 does not take it back$(kernel_said "$1")"; return 1 ;; esac ;;
  esac
}
# By an id that it was given, at its start or since, vfio-pci would be the first to take it again.
forget_id() { # ADDRESS
  within "$limit" poke "$bus/drivers/vfio-pci/remove_id" "$(cat "$bus/devices/$1/vendor") $(cat "$bus/devices/$1/device")" || :
}
load_driver() { # ADDRESS DRIVER
  why_not=''
  case $2 in
    '') return 0 ;;
    any) ;;
    # Most modules are called as their driver is.
    *) [ -d "$bus/drivers/$2" ] || within "$limit" modprobe -- "$2" || why_not=$err ;;
  esac
  [ -d "$bus/drivers/$2" ] || within "$limit" modprobe -ab -- "$(cat "$bus/devices/$1/modalias")"
  [ "$2" = any ] || [ -d "$bus/drivers/$2" ] && return
  err="its driver $2 is not there, and modprobe finds none: $why_not"
  return 1
}

# The text console is to let go of a card before the card's driver goes.
detach_console() { # ADDRESS...
  detached=
  for address; do
    for one in "$bus/devices/$address"/graphics/fb*; do [ ! -e "$one" ] || switch_console 0; done
  done
}
# What other cards show is shown again, and what a card shows that came back.
attach_console() {
  for one in "$root"/sys/class/graphics/fb[0-9]*; do
    if [ -e "$one" ]; then switch_console 1; break; fi
  done
}
switch_console() { # ON
  for console in "$root"/sys/class/vtconsole/*; do
    grep -q 'frame buffer' "$console/name" 2> /dev/null || continue
    [ "$(cat "$console/bind")" = "$1" ] || { within "$limit" poke "$console/bind" "$1"; detached=yes; }
  done
}

do_bind() { # SECONDS ADDRESS...: all of them to vfio-pci, or none
  limit=$1; shift
  for address; do
    [ -e "$bus/devices/$address" ] || stop "there is no device at $address"
    [ -L "$bus/devices/$address/iommu_group" ] ||
      stop "$address is in no IOMMU group: the IOMMU is off, and vfio-pci takes nothing without it"
    [ "$(driver_of "$address")" = vfio-pci ] || is_free "$address" || stop "$address: $err"
  done
  if [ ! -d "$bus/drivers/vfio-pci" ]; then within "$limit" modprobe vfio-pci || stop "$err"; fi
  detach_console "$@"
  had='' why=''
  for address; do
    before=$(driver_of "$address")
    [ "$before" != vfio-pci ] || continue
    had="$address=$before $had"
    take "$address" || { why="$address: $err"; break; }
  done
  if [ -n "$why" ]; then
    for one in $had; do
      give "${"$"}{one%%=*}" "${"$"}{one#*=}" || why="$why; ${"$"}{one%%=*} is not back: $err"
    done
  fi
  [ -z "$detached" ] || attach_console
  [ -z "$why" ] || stop "$why"
}
do_release() { # SECONDS (ADDRESS DRIVER)...: as many of them as can be
  limit=$1 why=''; shift
  while [ $# -gt 0 ]; do
    give "$1" "$2" || why="$why${"$"}{why:+; }$1: $err"
    for one in "$bus/devices/$1"/graphics/fb*; do [ ! -e "$one" ] || attach_console; done
    shift 2
  done
  [ -z "$why" ] || stop "$why"
}
`;
