import { died } from "../api/api-error.ts";
import type { Chance } from "../chance.ts";
import { periodOf, type Totp } from "./totp.ts";

/** What `tfa.cfg` holds of one user, and what its failures have come to. */
export interface SecondFactors {
  readonly totp: TotpEntry[];
  recovery: RecoveryKeys | undefined;
  totpLocked: boolean;
  /** Seconds since 1970. */
  lockedUntil: number | undefined;
  totpFailures: number;
  failures: number;
}

export interface TotpEntry {
  readonly id: string;
  readonly created: number;
  readonly secret: Totp;
  description: string;
  enable: boolean;
  /** The period whose value was used last: none is good twice. */
  lastPeriod: number;
}

export interface RecoveryKeys {
  readonly created: number;
  /** In their order; one that was used is gone from its place. */
  readonly keys: (string | undefined)[];
}

const RECOVERY_KEYS = 10;
const MOST_TOTP_FAILURES = 8;
const MOST_FAILURES = 100;
const LOCKED_FOR = 12 * 3600;

export const noFactors = (): SecondFactors => ({
  totp: [],
  recovery: undefined,
  totpLocked: false,
  lockedUntil: undefined,
  totpFailures: 0,
  failures: 0,
});

export const isEmpty = ({ totp, recovery }: SecondFactors): boolean => totp.length === 0 && !recovery;

export const newRecoveryKeys = (chance: Chance): string[] =>
  Array.from({ length: RECOVERY_KEYS }, () => chance.hex(8).replace(/(.{4})(?=.)/g, "$1-"));

/** The places of the recovery keys that are still good. */
export const unused = ({ keys }: RecoveryKeys): number[] => keys.flatMap((key, n) => (key === undefined ? [] : [n]));

/** What a login is asked for, in PVE's order; nothing where no factor is in force. */
export function challengeOf({ totp, recovery }: SecondFactors): object | undefined {
  const byTotp = totp.some(({ enable }) => enable);
  if (!byTotp && !recovery) return undefined;
  return { ...(byTotp ? { totp: true } : {}), ...(recovery ? { recovery: unused(recovery) } : {}) };
}

/** Whether a response such as `totp:123456` is right. Counts what goes wrong, and locks when it is too much. */
export function prove(factors: SecondFactors, response: string, now: number): boolean {
  const [, kind, value = ""] = /^(totp|recovery|u2f|webauthn):(.*)$/s.exec(response) ?? [];
  if (kind === undefined) throw died("invalid tfa response");
  if (factors.lockedUntil !== undefined && now < factors.lockedUntil) return false;
  if (kind === "totp" && factors.totpLocked) return false;
  const right = kind === "totp" ? isTotp(factors, value, now) : kind === "recovery" && isRecovery(factors, value);
  if (right) factors.failures = 0;
  else fail(factors, kind, now);
  return right;
}

function isTotp(factors: SecondFactors, value: string, now: number): boolean {
  for (const entry of factors.totp) {
    const period = entry.enable ? periodOf(entry.secret, value, now) : undefined;
    if (period === undefined) continue;
    if (period <= entry.lastPeriod) return false;
    entry.lastPeriod = period;
    factors.totpFailures = 0;
    return true;
  }
  return false;
}

function isRecovery(factors: SecondFactors, value: string): boolean {
  const place = factors.recovery?.keys.indexOf(value) ?? -1;
  if (place < 0) return false;
  factors.recovery?.keys.splice(place, 1, undefined);
  unlock(factors);
  return true;
}

function fail(factors: SecondFactors, kind: string, now: number): void {
  factors.failures += 1;
  if (kind === "totp") {
    factors.totpFailures += 1;
    if (factors.totpFailures >= MOST_TOTP_FAILURES) factors.totpLocked = true;
  }
  if (factors.failures >= MOST_FAILURES) factors.lockedUntil = now + LOCKED_FOR;
}

/** Forgets the failures; whether anything was locked. */
export function unlock(factors: SecondFactors): boolean {
  const locked = factors.totpLocked || factors.lockedUntil !== undefined;
  Object.assign(factors, { totpLocked: false, lockedUntil: undefined, totpFailures: 0, failures: 0 });
  return locked;
}

/** What a user is locked out of. */
export const locksOf = ({ totpLocked, lockedUntil }: SecondFactors, now: number): object => ({
  ...(totpLocked ? { "totp-locked": 1 } : {}),
  ...(lockedUntil !== undefined && lockedUntil > now ? { "tfa-locked-until": lockedUntil } : {}),
});
