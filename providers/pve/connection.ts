import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { Config } from "../core/session.ts";
import { Trouble } from "../core/trouble.ts";

/** How the cluster's API is reached, and as whom. */
export interface Connection {
  /** Tried in order. */
  readonly endpoints: readonly URL[];
  readonly credentials: Credentials;
  readonly trust: Trust;
}

export type Credentials =
  | { readonly by: "token"; readonly id: string; readonly secret: string }
  | { readonly by: "ticket"; readonly username: string; readonly password: string };

/** What makes a certificate one that is trusted: any of these. */
export interface Trust {
  /** PEM; without it the CAs that Node trusts count. */
  readonly ca: string | undefined;
  /** SHA-256 of leaf certificates, as Node writes them: `AB:CD:…`. */
  readonly fingerprints: readonly string[];
  readonly insecure: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

const AUTH = ["tokenId", "tokenSecret", "username", "password"] as const;
const VARIABLES: Readonly<Record<string, string>> = {
  endpoint: "PVE_ENDPOINT",
  tokenId: "PVE_TOKEN_ID",
  tokenSecret: "PVE_TOKEN_SECRET",
  username: "PVE_USERNAME",
  password: "PVE_PASSWORD",
  ca: "PVE_CA_BUNDLE",
  insecure: "PVE_INSECURE_SKIP_VERIFY",
};

/** The connection that the stack config describes, or the environment where the config says nothing. */
export function connectionFrom(config: Config, env: Env = process.env): Connection {
  const set = (key: string) => config(`pve:${key}`) || undefined;
  // Credentials are one thing: half of them from here and half from there would be nobody's.
  const authInConfig = AUTH.some((key) => set(key) !== undefined);
  const value = (key: string) => {
    const variable = VARIABLES[key];
    const fromEnv = variable === undefined ? undefined : env[variable] || undefined;
    return set(key) ?? (authInConfig && AUTH.some((auth) => auth === key) ? undefined : fromEnv);
  };
  return {
    endpoints: endpointsIn(value("endpoint")),
    credentials: credentialsIn(value),
    trust: {
      ca: caIn(value("ca")),
      fingerprints: listIn(value("fingerprint")).map(fingerprintIn),
      insecure: /^(?:1|true|yes)$/i.test(value("insecure") ?? ""),
    },
  };
}

const wrong = (key: string, came: string, next: string) =>
  new Trouble({ doing: `reading pve:${key} from the stack config or the environment`, came, next });

const Texts = z.array(z.string());

/** A list, or one alone. Lists come as JSON from the stack config, with commas from the environment. */
function listIn(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (text.trimStart().startsWith("[")) return Texts.parse(JSON.parse(text));
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function endpointsIn(text: string | undefined): URL[] {
  const endpoints = listIn(text).map((item) => {
    const url = URL.parse(/^[a-z]+:\/\//i.test(item) ? item : `https://${item}`);
    if (url?.protocol !== "https:")
      throw wrong("endpoint", `${JSON.stringify(item)} is no https address`, "Write it like https://pve1.example:8006");
    if (url.port === "" && !/:443(?:\/|$)/.test(item)) url.port = "8006";
    return url;
  });
  if (endpoints.length > 0) return endpoints;
  throw wrong(
    "endpoint",
    "nothing says where the cluster is",
    "Set it with: pulumi config set pve:endpoint https://pve1.example:8006",
  );
}

function credentialsIn(value: (key: string) => string | undefined): Credentials {
  const [id, secret] = [value("tokenId"), value("tokenSecret")];
  const [username, password] = [value("username"), value("password")];
  if (id !== undefined && secret !== undefined) {
    if (/^[^!\s=]+@[^@!\s=]+![^@!\s=]+$/.test(id)) return { by: "token", id, secret };
    // Not quoted: the two may have been swapped, or written as one.
    throw wrong("tokenId", "it is no token's id", "Write it as user@realm!name, and its value to pve:tokenSecret");
  }
  if (username !== undefined && password !== undefined) {
    if (username.includes("@")) return { by: "ticket", username, password };
    throw wrong("username", `${JSON.stringify(username)} has no realm`, "Write it like root@pam");
  }
  const missing = id !== undefined ? "tokenSecret" : secret !== undefined ? "tokenId" : undefined;
  const other = username !== undefined ? "password" : password !== undefined ? "username" : undefined;
  throw wrong(
    missing ?? other ?? "tokenId",
    missing || other ? "it is missing beside its other half" : "nothing says as whom to connect",
    "Set pve:tokenId (user@realm!name) and, with --secret, pve:tokenSecret; or pve:username and pve:password",
  );
}

/** A certificate as text, or the file that holds it. */
function caIn(value: string | undefined): string | undefined {
  if (value === undefined || value.includes("-----BEGIN CERTIFICATE-----")) return value;
  const named = value.replace(/^~(?=\/)/, process.env["HOME"] ?? "~");
  // A program may run in a folder of its project, as `main` in Pulumi.yaml says.
  const places = [resolve(named), resolve("..", named)];
  const file = places.find((place) => statSync(place, { throwIfNoEntry: false })?.isFile());
  if (file === undefined)
    throw wrong(
      "ca",
      `it is no certificate, and no file: neither ${[...new Set(places)].join(" nor ")}`,
      "Copy /etc/pve/pve-root-ca.pem of a node there, or write its whole path",
    );
  return readFileSync(file, "utf8");
}

function fingerprintIn(text: string): string {
  const hex = text
    .replace(/^sha-?256[:=]?/i, "")
    .replaceAll(/[:\s]/g, "")
    .toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(hex))
    throw wrong(
      "fingerprint",
      `${JSON.stringify(text)} is no SHA-256 of a certificate`,
      "Write it as AB:CD:…, 32 pairs",
    );
  return hex.match(/../g)?.join(":") ?? hex;
}
