import type { Answer, Command } from "../command.ts";

/** Ends when that many seconds have passed by the lab's clock: what timers of a host are made of. */
export const wait: Command = ({ host, argv }): Promise<Answer> =>
  new Promise((done) => host.cluster.clock.after(Number(argv[0] ?? 0), () => done({})));
