import { isDeepStrictEqual } from "node:util";
import type { Lifecycle } from "./deferred.ts";
import { type Failure, failureWords, parse } from "./door.ts";
import { hush, hushed } from "./hush.ts";
import {
  type Claimant,
  type CommonArgs,
  type CommonFacts,
  type Kept,
  type Kind,
  NOTHING,
  type Standing,
} from "./kind.ts";
import { nameOf, urnOf } from "./owner.ts";
import { type Names, type Props, pack, plain, TAKEN, unpack } from "./props.ts";
import {
  asLastSeen,
  missing,
  notThereYet,
  refuseAnothers,
  refuseChanged,
  refuseFailing,
  refuseForeign,
  takenOver,
  unreadable,
} from "./refusals.ts";
import { type Session, session } from "./session.ts";
import { type Conflict, conflicts, isNothing } from "./standing.ts";
import { Overtaken, Trouble, Unreachable, withoutStack, wordsOf } from "./trouble.ts";
import { inTurn } from "./turn.ts";
import { UNKNOWN } from "./unknown.ts";

/** Milliseconds. */
const JUST_NOW = 250;

/** How often others may write where we are about to before it is given up. */
const TRIES = 4;

/** What stands at the end, and what only we know of it. */
interface Converged {
  readonly standing: Standing;
  readonly observed: CommonFacts["observed"] | undefined;
  readonly kept: Kept;
}

/** A resource that is there in part: Pulumi keeps what is, and the next run goes on from it. */
class Incomplete extends Error {
  readonly id: string;
  readonly properties: Record<string, unknown>;

  constructor(id: string, properties: Record<string, unknown>, cause: unknown) {
    // A person can act on a Trouble by its words alone; of anything else they need to see where it was.
    const isMistake = cause instanceof Error && !(cause instanceof Trouble);
    super(isMistake ? cause.stack : wordsOf(cause), { cause });
    this.id = id;
    this.properties = properties;
  }

  get reasons(): readonly string[] {
    return [this.message];
  }
}

/** The Pulumi lifecycle of a kind of resource: the one place that decides what is compared, refused, done and kept. */
export function lifecycle<Args extends CommonArgs, Facts extends CommonFacts, Step>(
  kind: Kind<Args, Facts, Step>,
  at: Session = session,
): Lifecycle {
  const { type } = kind;
  const known: Names = { args: Object.keys(kind.args.shape), kept: Object.keys(kind.keeps ?? {}) };
  const sealed = (kept: Kept) =>
    Object.fromEntries(
      Object.entries(kept).map(([name, value]) => [name, kind.keeps?.[name] === "secret" ? secret(value) : value]),
    );
  const taken = TAKEN.find((name) => known.args.includes(name) || known.kept.includes(name));
  if (taken !== undefined) throw new Error(`${type} has something called ${taken}: that name is the frame's`);
  /** Each part that the kind has, empty or not: the engine keeps a part secret by its name, while it is there. */
  const parts = (standing: Standing) => Object.fromEntries(kind.renders.map((key) => [key, standing[key]]));
  const outs = (standing: Standing, kept: Kept, { onDelete }: Props) => ({
    ...parts(standing),
    onDelete,
    ...sealed(kept),
  });
  const unrendered = Object.fromEntries([...kind.renders, "effects", "onDelete"].map((key) => [key, UNKNOWN]));

  const claimant = (frame: Props["frame"]): Claimant => ({ name: nameOf(frame.owner), urn: urnOf(type, frame) });
  const readBack: (...asked: Parameters<typeof kind.facts>) => Promise<CommonFacts> = (who, args, run, last) =>
    (kind.readBack ?? kind.facts)(who, args, run, last);
  const lasting = (found: Conflict[]) => found.filter(({ path }) => !kind.fleeting?.(path));
  const runOf = (props: Props, since?: number) => at.run(type, props.frame, hush(props), since);

  /** Args out of the state, with the defaults that this version of the package gives to what they leave out. */
  function stored({ args, frame }: Props): Args {
    const parsed = parse<Args>(kind.args, args);
    if (parsed.is === "known") return parsed.args;
    throw unreadable(type, frame, parsed.is === "wrong" ? parsed.failures : []);
  }

  function converge(next: Props, last: Props | undefined, wanted: Standing): Promise<Converged> {
    // At the moment of writing, what was read before counts no more. What another one read just now does, as long as
    // nothing was written after it: the doors see to that.
    const since = performance.now() - JUST_NOW;
    return inTurn(kind.target(stored(next)), () => hushed(next, () => convergeNow(next, last, wanted, since, TRIES)));
  }

  async function convergeNow(
    next: Props,
    last: Props | undefined,
    wanted: Standing,
    since: number,
    tries: number,
  ): Promise<Converged> {
    const { frame } = next;
    const [args, who, run] = [stored(next), claimant(frame), await runOf(next, since)];
    let kept = last?.kept ?? {};
    const before = await kind.facts(who, args, run, last);
    refuseAnothers(type, frame, [before.claimedBy, last && urnOf(type, last.frame)]);
    const tookOver = last === undefined && before.claimedBy === who.urn;
    if (tookOver) await run.tell(takenOver(frame.owner));
    const left = last?.standing ?? (tookOver ? before.standing : NOTHING);
    const inTheWay = args.force ? [] : lasting(conflicts(before.standing, left, wanted));
    if (last === undefined) refuseForeign(type, frame, inTheWay);
    else refuseChanged(type, frame, inTheWay, wanted === NOTHING);

    if (wanted !== NOTHING) {
      const { refusals, awaited = [] } = kind.desired(who, args, before, run);
      refuseFailing(type, frame, [...refusals, ...awaited]);
    }
    const todo = kind.steps(who, args, before, wanted, kept);
    const keepMore = (more: Kept) => {
      kept = { ...kept, ...more };
    };
    const failure = await kind.apply(todo, run, keepMore).then(
      () => undefined,
      (thrown: unknown) => thrown ?? new Error("unknown failure"),
    );
    if (failure instanceof Overtaken && tries > 1)
      return await convergeNow(next, last, wanted, performance.now(), tries - 1);
    // Nothing is called done that was not read back, and what is half done is kept as it was found.
    const keep = ({ standing, observed }: Pick<CommonFacts, "standing" | "observed">, why: unknown) =>
      new Incomplete(
        frame.owner,
        {
          ...pack(args, frame, { ...outs(standing, kept, next), ...observed, unfinished: true }),
          __provider: next.shim,
        },
        why,
      );
    // What is gone is what nothing claims any more, whatever the state says of it.
    const done = wanted === NOTHING ? undefined : { standing: wanted, kept };
    const after = await readBack(who, args, run, done).catch((thrown: unknown) => {
      throw keep({ standing: left }, failure ?? thrown);
    });
    const different = conflicts(after.standing, wanted, wanted);
    // What a reboot brings or takes is not waited for where the resource goes.
    const short = failure ?? missing(type, frame, wanted === NOTHING ? lasting(different) : different);
    if (short === undefined) return { standing: after.standing, observed: after.observed, kept };
    const untouched = last === undefined && after.claimedBy === undefined && isNothing(after.standing);
    throw untouched ? short : keep(after, short);
  }

  return {
    configure: async ({ config }) => at.configure((key) => config.get(key)),

    async check(olds, news) {
      const next = unpack(news);
      const { args: written, frame } = next;
      const parsed = parse<Args>(kind.args, written);
      if (parsed.is === "wrong") return { inputs: pack(written, frame), failures: shown(parsed.failures) };
      if (parsed.is === "unknown") return { inputs: { ...pack(written, frame), ...unrendered }, failures: [] };
      const { args } = parsed;
      const old = typeof olds?.owner === "string" ? unpack(olds, known) : undefined;
      const [who, run] = [claimant(frame), await runOf(next)];
      try {
        const before = old && urnOf(type, old.frame);
        const last = old && { standing: old.standing, kept: undefined };
        const facts = await kind.facts(who, args, run, last);
        refuseAnothers(type, frame, [facts.claimedBy, before]);
        const { standing, effects, onDelete, findings, refusals, awaited = [] } = kind.desired(who, args, facts, run);
        await Promise.all([...findings(), ...awaited.map((one) => notThereYet(frame.owner, one))].map(run.tell));
        return { inputs: pack(args, frame, { ...parts(standing), effects, onDelete }), failures: shown(refusals) };
      } catch (thrown) {
        if (!(thrown instanceof Trouble)) throw thrown; // a mistake of ours: the SDK shows where
        if (thrown instanceof Unreachable && old !== undefined) {
          await run.tell(asLastSeen(frame.owner, hush(next)(thrown.message)));
          // Without effects: what is done to a world that nobody sees is not nothing, and a gate must not take it for that.
          const asLast = { ...parts(old.standing), onDelete: old.onDelete };
          return { inputs: pack(args, frame, asLast), failures: [] };
        }
        return { inputs: pack(args, frame), failures: shown([{ property: "", reason: hush(next)(thrown.message) }]) };
      }
    },

    async diff(_id, olds, news) {
      const [last, next] = [unpack(olds, known), unpack(news, known)];
      const [before, after] = [asStored(last.args), next.args];
      const replaces = kind.identity.filter(
        (path) => !isDeepStrictEqual(valueAt(before, path), valueAt(whole(after, path), path)),
      );
      // What we mark carries the name: under another name it is another mark.
      if (nameOf(last.frame.owner) !== nameOf(next.frame.owner)) replaces.push("owner");
      const same =
        !last.unfinished &&
        isDeepStrictEqual(last.frame, next.frame) &&
        isDeepStrictEqual(before, after) &&
        conflicts(last.standing, next.standing, next.standing).length === 0;
      return { changes: !same, replaces, deleteBeforeReplace: true };
    },

    async create(inputs) {
      const next = unpack(inputs, known);
      const { standing, observed, kept } = await converge(next, undefined, next.standing);
      const after = { ...outs(standing, kept, next), ...observed };
      return { id: next.frame.owner, outs: pack(stored(next), next.frame, after) };
    },

    async update(_id, olds, news) {
      const next = unpack(news, known);
      const { standing, observed, kept } = await converge(next, unpack(olds, known), next.standing);
      return { outs: pack(stored(next), next.frame, { ...outs(standing, kept, next), ...observed }) };
    },

    read: (id, props) =>
      withoutStack(type, async () => {
        const last = unpack(props, known);
        const args = stored(last);
        const run = await runOf(last);
        const facts = await readBack(claimant(last.frame), args, run, last).catch(async (thrown: unknown) => {
          // One host that is away is no reason to learn nothing of the others.
          if (!(thrown instanceof Unreachable)) throw thrown;
          await run.tell(asLastSeen(last.frame.owner, hush(last)(thrown.message)));
          return undefined;
        });
        if (facts === undefined) return { id, props };
        // Where nothing was to stand, nothing is no sign that it is gone.
        const wasThere = last.unfinished || !isNothing(last.standing);
        if (wasThere && facts.claimedBy === undefined && isNothing(facts.standing)) return {};
        const unfinished = last.unfinished || facts.unfinished || undefined;
        const found = pack(args, last.frame, { ...parts(facts.standing), onDelete: last.onDelete ?? [], unfinished });
        return { id, props: { ...found, ...facts.observed, ...sealed(last.kept) }, inputs: { ...found, effects: [] } };
      }),

    delete: (_id, props) =>
      withoutStack(type, async () => {
        const last = unpack(props, known);
        await converge(last, last, NOTHING).catch((thrown: unknown) => {
          throw thrown instanceof Incomplete ? thrown.cause : thrown; // a delete keeps its state as it is
        });
      }),
  };

  /** The argument that a path begins with, with its default: while another is unknown, the args as a whole have none. */
  function whole(args: Props["args"], path: string): Props["args"] {
    const [key = ""] = path.split(".");
    const parsed = kind.args.shape[key]?.safeParse(args[key]);
    return { [key]: parsed?.success ? parsed.data : args[key] };
  }

  function asStored(args: Props["args"]): Props["args"] {
    const parsed = kind.args.safeParse(args);
    return parsed.success ? plain(parsed.data) : args;
  }
}

/** As the engine knows a secret from the moment it comes, in its events too. */
const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });

/** What stands at `user.id`. */
const valueAt = (args: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), args);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The engine would print the value beside a failure's property, secret or not: so the property goes into the words. */
const shown = (failures: readonly Failure[]) =>
  failures.map((failure) => ({ property: "", reason: failureWords(failure) }));
