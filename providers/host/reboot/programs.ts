import { FRAME } from "../program/frame.ts";

/**
 * Asks a host to start again if it still runs as it did, by the `reboot` that its admin has: one that guards it
 * (molly-guard) may say no, and is not gone around.
 */
export const ASK = String.raw`${FRAME}
read -r before
read -r now < /proc/sys/kernel/random/boot_id
if [ "$before" != "$now" ]; then echo 'asked 0'; exit; fi
said=$(reboot 2>&1 < /dev/null); code=$?
printf 'asked %s\n%s\n' "$code" "$said"
`;

/** Has an armed host heal itself now, for the reason that it is given. */
export const HEAL_NOW = `${FRAME}
cat > "$lib/confirm/why"
systemctl start --no-block pve-ops-confirm.service 2>&1
`;
