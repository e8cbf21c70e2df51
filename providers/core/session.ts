import { engineLog } from "./engine-log.ts";
import { type Finding, report } from "./finding.ts";
import { type Owner, urnOf } from "./owner.ts";
import { type SecretReference, secretValue } from "./secrets.ts";

export type Config = (key: string) => string | undefined;

/** What a resource may use of the run it is in. */
export interface Run {
  /** What was read before this moment of `performance.now()` is too old; 0 where it is not, in a preview say. */
  readonly since: number;
  /** Stack config, every namespace, secrets in the clear. */
  readonly config: Config;
  /** The value of a secret that the stack config holds under `pve:secrets`. */
  secret(reference: SecretReference): string;
  /** Live progress in the resource's own row, gone when the next word comes. */
  say(text: string): void;
  /** A lasting diagnostic of the resource, and a line of the report. */
  tell(finding: Finding): Promise<void>;
}

/** One run of the engine, as this process sees it: the stack config, once it came, and the way back to the engine. */
export class Session {
  readonly #log;
  readonly #configured = Promise.withResolvers<Config>();

  constructor(engineAddress: string | undefined) {
    this.#log = engineLog(engineAddress);
  }

  /** The SDK sends other calls while the first `configure` is still under way: they wait in `run` until it came. */
  configure(config: Config): void {
    this.#configured.resolve(config);
  }

  /** `hush` takes what is secret out of whatever is said. */
  async run(type: string, owner: Owner, hush: (words: string) => string, since = 0): Promise<Run> {
    const config = await this.#configured.promise;
    const urn = urnOf(type, owner);
    return {
      since,
      config,
      secret: (reference) => secretValue(config, reference),
      say: (text) => void this.#log(urn, "info", hush(text), false),
      tell: async (finding) => {
        const { target, message, ...rest } = finding;
        report({ urn, owner: owner.owner, type }, { ...rest, target: hush(target), message: hush(message) });
        await this.#log(urn, finding.level, hush(message), true);
      },
    };
  }
}

/** The session of this provider process; Pulumi hands it the engine's address as its one argument. */
export const session = new Session(process.argv[2]);
