import { type CustomResourceOptions, getProject, getStack, type Inputs, isSecret, output } from "@pulumi/pulumi";

const STACK = "pulumi:pulumi:Stack";

/** What every resource's constructor hands to Pulumi: its args, who it is, and room for what `check` renders from them. */
export function declared(name: string, args: object, opts?: CustomResourceOptions): Inputs {
  // Resolves only when every argument has, and is secret if any of them is: so is all that is rendered from them.
  const rendered = output(args).apply(() => "");
  return {
    ...args,
    owner: `${getProject()}/${getStack()}/${name}`,
    within: opts?.parent && output(opts.parent.urn).apply(typesOf),
    sealed: isSecret(output(args)).then((secret) => secret || undefined),
    files: rendered,
    objects: rendered,
    effects: rendered,
    onDelete: rendered,
  };
}

function typesOf(parentUrn: string): string | undefined {
  const types = parentUrn.split("::")[2];
  return types === STACK ? undefined : types;
}
