import { existsSync } from "node:fs";
import { constants } from "node:os";
import type { PseudoTtyInfo, ServerChannel, Session } from "ssh2";
import type { SshFault } from "../../faults.ts";
import type { Program } from "../processes.ts";
import { attach } from "./attach.ts";
import type { Login } from "./login.ts";
import { Mishap } from "./mishap.ts";
import { onTerminal } from "./terminal.ts";
import { count } from "./visits.ts";

// What Debian's sshd takes over from a client.
const TAKEN = /^(?:LANG|LC_.*)$/;
const SFTP_SERVER = "/usr/lib/openssh/sftp-server";
const NO_SFTP = `the lab's hosts refuse sftp: this machine has no ${SFTP_SERVER} (Debian's package openssh-sftp-server)`;

/** Runs what a client asks for on one of its channels. */
export function serveSession(session: Session, login: Login): void {
  const { host, wire } = login;
  const env: Record<string, string> = {};
  let terminal: PseudoTtyInfo | undefined;
  session.on("env", (accept, reject, { key, val }) => {
    if (!TAKEN.test(key)) return reject?.();
    env[key] = val;
    accept?.();
  });
  session.on("pty", (accept, _, info) => {
    terminal = info;
    env["TERM"] = info.term;
    accept?.();
  });
  const run = (accept: () => ServerChannel, program: Program, words: string) => {
    count(host.cluster, host.node.name, "commands");
    const fault = host.cluster.faults.ofCommand(host.node.name, words);
    if (fault?.at === "before") return wire.goWrong(fault);
    serve(session, accept(), login, { program, env, fault });
  };
  session.on("exec", (accept, _, { command }) =>
    run(accept, terminal ? onTerminal(terminal, command) : { command }, command),
  );
  session.on("shell", (accept) => run(accept, terminal ? onTerminal(terminal) : "shell", ""));
  session.on("subsystem", (accept, reject, { name }) => {
    if (name === "sftp" && existsSync(SFTP_SERVER)) return run(accept, [SFTP_SERVER], SFTP_SERVER);
    if (name === "sftp") console.error(NO_SFTP);
    reject?.();
  });
}

interface Wish {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  readonly fault: SshFault | undefined;
}

function serve(session: Session, channel: ServerChannel, login: Login, { program, env, fault }: Wish): void {
  const child = started(login, program, env);
  if (typeof child === "string") {
    cannot(channel, child);
    return;
  }
  const mishap =
    fault &&
    new Mishap(fault, login.host, () => {
      login.wire.goWrong(fault);
      if (fault.kill) child.kill("SIGKILL");
    });
  session.on("signal", (_accept, _reject, { name }) => {
    const signal = signalOf(name);
    if (signal) child.kill(signal);
  });
  child.once("error", ({ message }) => cannot(channel, message));
  attach(channel, child, mishap).catch((error: unknown) => console.error(error));
}

function started({ host, account, peers, programs }: Login, program: Program, env: Wish["env"]) {
  const whole = {
    ...env,
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    SSH_CLIENT: peers.replace(/ \S+(?= \S+$)/, ""),
    SSH_CONNECTION: peers,
  };
  try {
    return programs.start(host, program, { env: whole, cwd: account.home });
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** As a shell says that it cannot run something. */
function cannot(channel: ServerChannel, why: string): void {
  channel.stderr.write(`${why}\n`);
  channel.exit(127);
  channel.end();
}

/** A client names signals without `SIG`. */
function signalOf(name: string): NodeJS.Signals | undefined {
  const isSignal = (whole: string): whole is NodeJS.Signals => Object.hasOwn(constants.signals, whole);
  const whole = `SIG${name}`;
  return isSignal(whole) ? whole : undefined;
}
