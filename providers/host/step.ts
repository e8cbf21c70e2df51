import { APPLY } from "./program/apply.ts";
import { WATCHED } from "./program/facts.ts";
import { line } from "./program/frame.ts";

/** SHA-256 of what a file holds, or that there is none. */
export type Expected = string;
export const ABSENT: Expected = "absent";
/** Whatever it is. */
export const ANY: Expected = "any";

/** A device that is given back: to a driver, to none, or to whichever the kernel finds. */
export interface Released {
  readonly address: string;
  readonly driver?: string | undefined;
}
/** Whichever driver the kernel finds. */
export const FITTING = "any";

/** One thing that is done on a host. Each can be repeated. Texts are binary: each character is a byte. */
export type HostStep =
  /** Puts aside the file as it is, before anything of ours is in it. */
  | { readonly do: "keep"; readonly path: string; readonly as: string }
  | { readonly do: "folder"; readonly path: string; readonly mode: string }
  /** Only if nothing is in it. */
  | { readonly do: "unfolder"; readonly path: string }
  /** The mode is for a file that is not there yet: one that is keeps its own, unless it is to be run and cannot be. */
  | {
      readonly do: "write";
      readonly path: string;
      readonly expected: Expected;
      readonly mode: string;
      readonly text: string;
    }
  | { readonly do: "remove"; readonly path: string; readonly expected: Expected }
  /** Takes away what an interrupted write left beside a file. */
  | { readonly do: "tidy"; readonly path: string }
  /** Stops where a file is otherwise. */
  | { readonly do: "expect"; readonly path: string; readonly expected: Expected }
  /** Has what heals the host be there after its next start, or not. */
  | { readonly do: "units"; readonly act: "enable" | "disable" }
  /** Has no later step find what was begun so far. */
  | { readonly do: "forget" }
  /** Has vfio-pci take devices that other drivers have: all of them, or none. */
  | { readonly do: "bind"; readonly seconds: number; readonly addresses: readonly string[] }
  /** Gives devices back, as many of them as can be. */
  | { readonly do: "release"; readonly seconds: number; readonly devices: readonly Released[] }
  /** Runs apart from the connection, and is found again by its id. */
  | {
      readonly do: "work";
      readonly id: string;
      /** The name of its log below /var/log/pve-ops. */
      readonly log: string;
      readonly seconds: number;
      readonly argv: readonly string[];
    };

/** What a person reads of a step. */
export function stepWords(step: HostStep): string {
  switch (step.do) {
    case "keep":
      return `keeping a copy of ${step.path}`;
    case "folder":
      return `making ${step.path}`;
    case "unfolder":
    case "remove":
      return `removing ${step.path}`;
    case "write":
      return `writing ${step.path}`;
    case "tidy":
      return `tidying beside ${step.path}`;
    case "expect":
      return `looking at ${step.path}`;
    case "units":
      return step.act === "enable" ? "arming what heals it" : "disarming what heals it";
    case "forget":
      return "forgetting what earlier runs began";
    case "bind":
      return `binding ${step.addresses.join(", ")} to vfio-pci`;
    case "release":
      return `giving back ${step.devices.map(({ address }) => address).join(", ")}`;
    case "work":
      return `running ${step.argv.join(" ")}`;
  }
}

/** Steps as a program and its data: one for the whole batch. */
export const batch = (steps: readonly HostStep[], lockSeconds: number): { program: string; data: Buffer } => ({
  program: APPLY,
  data: Buffer.from(`${WATCHED}${lockSeconds}\n${steps.map(dataOf).join("")}${line("end").slice(1)}`, "latin1"),
});

function dataOf(step: HostStep): string {
  switch (step.do) {
    case "keep":
      return line(step.do, step.path, step.as);
    case "folder":
      return line(step.do, step.path, step.mode);
    case "unfolder":
    case "tidy":
      return line(step.do, step.path);
    case "write":
      return line(step.do, step.path, step.expected, step.mode, String(step.text.length)) + step.text;
    case "remove":
    case "expect":
      return line(step.do, step.path, step.expected);
    case "units":
      return line(step.do, step.act);
    case "forget":
      return line(step.do);
    case "bind":
      return line(step.do, String(step.seconds), ...step.addresses);
    case "release":
      return line(
        step.do,
        String(step.seconds),
        ...step.devices.flatMap(({ address, driver = "" }) => [address, driver]),
      );
    case "work":
      return line(step.do, step.id, step.log, String(step.seconds), ...step.argv);
  }
}
