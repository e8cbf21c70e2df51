/** Who a resource is: what its constructor puts into the inputs, since a provider sees nothing else. */
export interface Owner {
  /** `<project>/<stack>/<name>`; stands in the record beside whatever we mark. */
  readonly owner: string;
  /** The types of the components it lives in, outermost first, joined by `$` as in a URN. */
  readonly within?: string | undefined;
}

const parts = (owner: string) => {
  const [project = "", stack = "", ...name] = owner.split("/");
  return { project, stack, name: name.join("/") };
};

/** The name the user gave the resource: the last part of its owner, which may itself hold slashes. */
export const nameOf = (owner: string): string => parts(owner).name;

export function urnOf(type: string, { owner, within }: Owner): string {
  const { project, stack, name } = parts(owner);
  const types = [...(within ? [within] : []), `pulumi-nodejs:dynamic/pve:${type}`].join("$");
  return `urn:pulumi:${stack}::${project}::${types}::${name}`;
}
