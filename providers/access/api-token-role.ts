import { type CustomResourceOptions, dynamic, type Input, mergeOptions, type Output } from "@pulumi/pulumi";
import { declared } from "#providers/core/declared.ts";
import { deferred } from "#providers/core/deferred.ts";

const provider = deferred(() => import("pulumi-pve-ops/provider/ApiTokenRole"));

export interface ApiTokenRoleArgs {
  /**
   * What the token may do. With `privileges` or a `preset` the role is made, and kept as it says; with the name alone a
   * role that is there is used as it is.
   */
  readonly role: Input<{
    readonly name: Input<string>;
    readonly privileges?: Input<Input<string>[]>;
    /** One of: self-backup, vm-provisioner, auditor, exporter, csi-driver, image-builder, pulumi-tokens. */
    readonly preset?: Input<string>;
  }>;
  /** Whose token it is: `name@realm`. It is made where it is not there, unless `create` is false. */
  readonly user: Input<{
    readonly id: Input<string>;
    readonly create?: Input<boolean>;
    readonly comment?: Input<string>;
    readonly groups?: Input<Input<string>[]>;
  }>;
  readonly token: Input<{
    readonly name: Input<string>;
    /** "never", a date, a time with its zone, or seconds since 1970. Default never. */
    readonly expire?: Input<string | number>;
    /** Whether the token has just what it is granted itself. Default true; without it has all that its user has. */
    readonly privsep?: Input<boolean>;
    readonly comment?: Input<string>;
  }>;
  /** Where the role is granted: to the user, and to the token if it is separated. */
  readonly acl: Input<Input<{ readonly path: Input<string>; readonly propagate?: Input<boolean> }>[]>;
  /** When there is to be another secret. */
  readonly rotate?: Input<{
    /** Another value of any of these makes another secret. */
    readonly keepers?: Input<Record<string, Input<string>>>;
    /** How old a secret becomes, like `90d` (m, h, d or w): the next up after that makes another one. */
    readonly every?: Input<string>;
    /** How long the token before stays good: the new one has the name with `-b` at its end, the next again without. */
    readonly overlap?: Input<string>;
  }>;
  /** Change a role that is not ours, or that somebody changed since. */
  readonly force?: Input<boolean>;
}

/** An API token with exactly the rights it needs: role, user, token and its entries in the ACL as one thing. */
export class ApiTokenRole extends dynamic.Resource {
  /** Role, user, token and grants as they stand. */
  declare readonly objects: Output<Record<string, unknown>>;
  /** `user@realm!name`. */
  declare readonly tokenId: Output<string>;
  /** Its value, which PVE tells once. */
  declare readonly secret: Output<string>;

  constructor(name: string, args: ApiTokenRoleArgs, opts?: CustomResourceOptions) {
    const props = { ...declared(name, args, opts), tokenId: undefined, secret: undefined, record: undefined };
    super(provider, name, props, mergeOptions(opts, { additionalSecretOutputs: ["secret"] }), "pve", "ApiTokenRole");
  }
}
