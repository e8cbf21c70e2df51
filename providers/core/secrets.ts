import { z } from "zod";
import { nearest } from "./nearest.ts";
import { Trouble } from "./trouble.ts";

/** A secret by its name in `pve:secrets`; its value is never part of a resource. */
export const SecretReference = z.strictObject({ secret: z.string().min(1) });
export type SecretReference = z.output<typeof SecretReference>;

const Secrets = z.record(z.string(), z.string());

/** The value that `reference` names, out of the stack config's `pve:secrets`. */
export function secretValue(config: (key: string) => string | undefined, reference: SecretReference): string {
  const secrets = secretsFrom(config("pve:secrets"));
  const value = Object.hasOwn(secrets, reference.secret) ? secrets[reference.secret] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(secrets);
  const meant = nearest(reference.secret, names);
  throw new Trouble({
    doing: `looking up the secret ${JSON.stringify(reference.secret)}`,
    came: names.length === 0 ? "the stack config has no pve:secrets" : `pve:secrets has only ${names.join(", ")}`,
    next: meant
      ? `Did you mean ${JSON.stringify(meant)}`
      : `Set it with: pulumi config set --secret --path 'pve:secrets.${reference.secret}'`,
  });
}

function secretsFrom(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  // Neither the text nor zod's words about it may show: both could hold a value.
  const parsed = Secrets.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  throw new Trouble({
    doing: "reading pve:secrets from the stack config",
    came: "it is not a map of names to texts",
    next: "Write each secret with: pulumi config set --secret --path 'pve:secrets.<name>'",
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
