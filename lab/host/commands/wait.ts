import type { Answer, Command } from "../command.ts";
import { hostMachine } from "../machine/host-machine.ts";

/** When so many seconds will have passed since the host's `boot` or since `now`, in seconds since 1970. */
export const due: Command = ({ host, argv }): Answer => {
  const [since, seconds] = argv;
  const begun = since === "boot" ? hostMachine(host).startedAt : host.cluster.clock.exactly();
  return { stdout: `${begun + Number(seconds)}\n` };
};

/** Ends when that time has come by the lab's clock, or has passed: what timers of a host are made of. */
export const wait: Command = ({ host, argv }): Promise<Answer> =>
  new Promise((done) => {
    const { clock } = host.cluster;
    const left = Number(argv[0] ?? 0) - clock.exactly();
    if (left <= 0) done({});
    else clock.after(left, () => done({}));
  });
