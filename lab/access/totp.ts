import { createHmac } from "node:crypto";
import { died } from "../api/api-error.ts";
import { decoded } from "../encoded-text.ts";

/** A time-based one-time password, RFC 6238, as an `otpauth` URI describes it. */
export interface Totp {
  readonly secret: Buffer;
  readonly digits: number;
  readonly algorithm: string;
  /** Seconds. */
  readonly period: number;
}

const START = "otpauth://totp/";
const ALGORITHMS = ["SHA1", "SHA256", "SHA512"];
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Reads an `otpauth` URI, with PVE's words for what is wrong with it. */
export function parseTotp(uri: string): Totp {
  if (!uri.startsWith(START)) throw died("not an otpauth uri");
  const query = uri.indexOf("?");
  if (query < 0) throw died("missing '?' in otp uri");
  let totp: Totp = { secret: Buffer.alloc(0), digits: 6, algorithm: "SHA1", period: 30 };
  for (const part of uri.slice(query + 1).split("&")) {
    const [, key = part, value] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    if (value === undefined) throw died("bad value in otpauth uri");
    totp = { ...totp, ...said(decoded(key), decoded(value)) };
  }
  if (totp.secret.length === 0) throw died("missing secret in otpauth url");
  return totp;
}

function said(key: string, value: string): Partial<Totp> {
  if (key === "secret") return { secret: base32(value) };
  if (key === "digits") return { digits: whole(value) };
  if (key === "period") return { period: whole(value) };
  if (key === "issuer") return {};
  if (key !== "algorithm") throw died(`unrecognized otpauth uri parameter: ${key}`);
  if (!ALGORITHMS.includes(value)) throw died(`unsupported algorithm: ${value}`);
  return { algorithm: value };
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0) throw died("invalid digit found in string");
  return Number(text);
}

function base32(text: string): Buffer {
  const characters = [...text.toUpperCase().replace(/={0,6}$/, "")];
  const bits = characters.map((character) => {
    const value = ALPHABET.indexOf(character);
    if (value < 0) throw died("failed to decode otp secret in otpauth url");
    return value.toString(2).padStart(5, "0");
  });
  return Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The value of one period, counted from 1970. */
export function passcode({ secret, digits, algorithm }: Totp, count: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(count));
  const digest = createHmac(algorithm.toLowerCase(), secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const value = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(value % 10 ** digits).padStart(digits, "0");
}

export const countAt = ({ period }: Totp, seconds: number): number => Math.floor(seconds / period);

/** The period that a value is of, if it is this one, the one before or the one after. */
export function periodOf(totp: Totp, value: string, now: number): number | undefined {
  const count = countAt(totp, now);
  return [count - 1, count, count + 1].find((one) => passcode(totp, one) === value);
}
