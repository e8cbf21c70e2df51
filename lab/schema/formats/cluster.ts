import { isDnsName } from "./network.ts";
import { identifier } from "./storage.ts";
import { only, refuse, type Validators, valid } from "./validator.ts";

const NODE_WITH_PRIORITY = /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d+)?$/;

function replicationJob(text: string): void {
  const [, guest] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (guest === undefined) refuse(`invalid replication job id '${text}'`);
  if (Number(guest) < 100) refuse(`invalid replication job id '${text}' (guest IDs < 100 are reserved)`);
}

/** What stands before the first header is passed over, as what openssl prints in front is. */
const pem = (label: string, many: boolean): RegExp => {
  const block = `-----BEGIN ${label}-----\\s*(?:[0-9A-Za-z+/]+\\s*\\n)*[0-9A-Za-z+/]*(?:=\\s*\\n=|={0,2})?\\s*\\n-----END ${label}-----\\s*`;
  return new RegExp(many ? `^(?:${block}\\n)*${block}$` : `^${block}$`);
};
const isPem = (label: string, many = false) => {
  const pattern = pem(label, many);
  return only(
    (text) => pattern.test(text.replace(/^.*?(?=-----BEGIN [^\n]*?-----)/s, "")),
    "not a valid PEM-formatted string.",
  );
};

export const clusterFormats: Validators = {
  "pve-ha-resource-id": valid("ha resource id", /^[a-z]+:\S+$/),
  "pve-ha-resource-or-vm-id": valid("ha resource id", /^([a-z]+:\S+|\d+)$/),
  "pve-ha-node": valid("ha node", NODE_WITH_PRIORITY),
  "pve-ha-group-node": valid("ha group node", NODE_WITH_PRIORITY),
  "pve-replication-job-id": replicationJob,
  "pve-day-of-week": only(/^(mon|tue|wed|thu|fri|sat|sun)$/, (text) => `invalid day '${text}'`),
  "pve-task-status-type": only(/^(ok|error|warning|unknown)$/i, (text) => `invalid status '${text}'`),
  "acme-plugin-id": identifier("ACME plugin"),
  "pve-acme-domain": only(
    /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$/i,
    (text) => `value '${text}' does not look like a valid domain name!`,
  ),
  "pve-acme-alias": only(
    /^[a-z0-9_][a-z0-9_-]*(\.[a-z0-9_][a-z0-9_-]*)+$/i,
    (text) => `value '${text}' does not look like a valid alias name!`,
  ),
  "pem-string": isPem(".*?"),
  "pem-certificate-chain": isPem("CERTIFICATE", true),
  "graphite-path": valid("graphite path", isDnsName),
};
