import { generateKeyPair, randomBytes, randomUUID, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { promisify } from "node:util";
import forge from "node-forge";

/** A key with its certificate, both PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
  /** SHA-256 of the certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
}

const YEARS = 2;

/** The CA of a cluster, as `/etc/pve/pve-root-ca.pem` is on a real one. */
export async function newAuthority(): Promise<Identity> {
  const keys = await newKeys();
  const subject = [
    { name: "commonName", value: "Proxmox Virtual Environment" },
    { name: "organizationalUnitName", value: randomUUID() },
    { name: "organizationName", value: "PVE Cluster Manager CA" },
  ];
  const extensions = [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    { name: "subjectKeyIdentifier" },
  ];
  return signed({ keys, subject, issuer: subject, by: keys.privateKey, extensions });
}

/** A node's own leaf, for its name and addresses. */
export async function newLeaf(authority: Identity, name: string, addresses: readonly string[]): Promise<Identity> {
  const keys = await newKeys();
  const subject = [
    { name: "organizationalUnitName", value: "PVE Cluster Node" },
    { name: "organizationName", value: "Proxmox Virtual Environment" },
    { name: "commonName", value: `${name}.lab` },
  ];
  const names = [...new Set([name, `${name}.lab`, "localhost", "127.0.0.1", ...addresses])];
  const extensions = [
    { name: "basicConstraints", cA: false },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: names.map((one) => (isIP(one) ? { type: 7, ip: one } : { type: 2, value: one })),
    },
  ];
  const issuer = forge.pki.certificateFromPem(authority.certificate).subject.attributes;
  return signed({ keys, subject, issuer, by: authority.key, extensions });
}

type Keys = Readonly<Record<"publicKey" | "privateKey", string>>;

const newKeys = (): Promise<Keys> =>
  promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

/**
 * A number that no certificate had before, since a client may remember them. It begins with 40 to 7f: DER wants neither
 * a sign bit nor a zero byte that is not needed, and OpenSSL refuses both.
 */
export function newSerial(chance: (bytes: number) => Uint8Array = randomBytes): string {
  const [first = 0, ...rest] = chance(16);
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString("hex");
}

function signed(made: {
  keys: Keys;
  subject: forge.pki.CertificateField[];
  issuer: forge.pki.CertificateField[];
  by: string;
  extensions: object[];
}): Identity {
  const { keys, subject, issuer, by, extensions } = made;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = newSerial();
  const begin = new Date();
  certificate.validity.notBefore = begin;
  certificate.validity.notAfter = new Date(begin.getTime() + YEARS * 365 * 86_400_000);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions(extensions);
  certificate.sign(forge.pki.privateKeyFromPem(by), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  return { key: keys.privateKey, certificate: pem, fingerprint: new X509Certificate(pem).fingerprint256 };
}
