/**
 * What an armed host runs after its start, unless it was told that all is well. It goes back by the steps that lie
 * beside it, which end at the first thing that is not as they know it: what somebody mended at the console stays.
 */
export const HEAL = String.raw`#!/bin/sh
# Laid here by pve-ops before it rebooted this host; gone once that reboot is confirmed.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
lib=/var/lib/pve-ops
cd "$lib/confirm" || exit 1
read -r before < before
read -r now < /proc/sys/kernel/random/boot_id
# Only after another start.
[ "$before" != "$now" ] || exit 0
# After a start that went wrong nothing may be writable.
[ -w "$lib" ] || mount -o remount,rw /
mkdir -p /var/log/pve-ops
mkdir -p -m 700 /run/pve-ops
said=/run/pve-ops/healing
log() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >> /var/log/pve-ops/heal.log; }
why='nobody confirmed its start'
if [ -s why ]; then IFS= read -r why < why; fi
log "$why: going back to what was before"
PVE_OPS_AGAIN=$lib/confirm/taken sh ./program < ./steps > "$said" 2>&1
trouble=$(grep -aE '^(failed|overtaken) ' "$said" | cut -d ' ' -f 1,2)
grep -aq '^end$' "$said" || trouble=unfinished
if [ "$trouble" = 'overtaken 1' ]; then log 'it was confirmed meanwhile'; exit 0; fi
printf '{"at":"%s","why":"%s","failed":"%s"}\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$why" "$trouble" > "$lib/healed.json"
sync
if [ -n "$trouble" ]; then log "stopped: $trouble"; exit 1; fi
log 'all is as before: starting again'
systemctl disable pve-ops-confirm.timer 2> /dev/null
rm -f /etc/systemd/system/pve-ops-confirm.timer /etc/systemd/system/pve-ops-confirm.service
cd / && rm -rf "$lib/confirm"
sync
systemctl reboot
`;

// A start that ends in an emergency shell reaches none of the usual targets.
const TARGETS = "multi-user.target rescue.target emergency.target";

/**
 * A moment after the start that is past when it is asked for has come at once: so it is enabled, never started. It counts from
 * the start of systemd: somebody may have to unlock a disk before that.
 */
export const timer = (seconds: number): string => `# Gone once this host's start is confirmed.
[Unit]
Description=Heals this host unless pve-ops confirms its start
DefaultDependencies=no

[Timer]
OnStartupSec=${seconds}
AccuracySec=1s

[Install]
WantedBy=${TARGETS}
`;

export const SERVICE = `# Gone once this host's start is confirmed.
[Unit]
Description=Takes back what pve-ops changed before this start
ConditionPathExists=/var/lib/pve-ops/confirm.json
DefaultDependencies=no
After=local-fs.target

[Service]
Type=oneshot
ExecStart=/bin/sh /var/lib/pve-ops/confirm/heal
`;
