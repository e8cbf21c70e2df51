import { connect } from "node:net";
import type { ServerChannel, TcpipRequestInfo } from "ssh2";
import type { Place } from "../../place.ts";

/** Where a place of the lab, by whatever name and port a host would know it, really is. */
export type Reach = (name: string, port: number) => Place | undefined;

interface Wish {
  readonly accept: () => ServerChannel;
  readonly reject: () => void;
  readonly info: TcpipRequestInfo;
  readonly reach: Reach;
}

/** Lets a client through to another place of its lab and to no other, so that a host can be a jump host. */
export function forward({ accept, reject, info, reach }: Wish): void {
  const place = reach(info.destIP, info.destPort);
  if (!place) {
    reject();
    return;
  }
  const socket = connect(place.port, place.address);
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    const channel = accept();
    socket.on("error", () => channel.close());
    channel.once("close", () => socket.destroy());
    socket.pipe(channel).pipe(socket);
  });
}
