// A lab with a host in which something runs that holds on to a port: usage lab-to-kill.ts PORT. Prints what its user
// namespace is called, and where its folder is; goes on until it is ended.
import { once } from "node:events";
import { TrialHosts } from "./trial-hosts.ts";

const lab = await TrialHosts.start(["one"]);
const [port] = process.argv.slice(2);
const command = `trap '' HUP INT TERM; exec 3<>/dev/tcp/127.0.0.1/${port}; readlink /proc/self/ns/user; sleep 1000 & wait`;
const child = lab.processes.start(lab.host("one"), { command });
const [name] = await once(child.stdout, "data");
console.log(`${String(name).trim()} ${lab.folder}`);
