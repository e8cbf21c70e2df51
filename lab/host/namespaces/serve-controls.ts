import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { wordsOf } from "../../../providers/core/trouble.ts";
import { ControlFiles, type Question, type Reply } from "../fuse/control-files.ts";
import { Replied } from "./messages.ts";
import { CONTROL_FILES } from "./stage.ts";

const DEVICE = "/dev/fuse";
// More than the kernel puts in one request: a page to write, and its headers.
const LARGEST = 64 * 1024;

/** Mounts the control files and answers the kernel by what the lab says; why there are none, if it cannot be. */
export async function serveControls(tell: (message: object) => void): Promise<string | undefined> {
  try {
    // It belongs to the user namespace in which it was opened: this one.
    const device = await open(DEVICE, "r+");
    const files = new ControlFiles(asker(tell));
    await mounted(device);
    serve(device, files).catch((thrown: unknown) => {
      console.error(thrown);
      process.exit(1);
    });
    return undefined;
  } catch (thrown) {
    return `the control files of sysfs (bind, unbind, driver_override, ...) are not there: ${wordsOf(thrown)}`;
  }
}

async function mounted(device: FileHandle): Promise<void> {
  // In the new process it has the number 3.
  const options = "fd=3,rootmode=40000,user_id=0,group_id=0,allow_other,nosuid,nodev,noexec";
  const args = ["-i", "-t", "fuse", "-o", options, "controls", CONTROL_FILES];
  const child = spawn("mount", args, { stdio: ["ignore", "ignore", "pipe", device.fd] });
  const said = child.stderr ? text(child.stderr) : "";
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error((await said).trim());
}

async function serve(device: FileHandle, files: ControlFiles): Promise<void> {
  const buffer = Buffer.alloc(LARGEST);
  for (;;) {
    const { bytesRead } = await device.read(buffer, 0, LARGEST);
    const response = files.respond(Buffer.from(buffer.subarray(0, bytesRead)));
    void response.then((message) => message && send(device, message));
  }
}

/** Whoever asked may have been killed while it waited: the kernel then takes no answer. */
function send(device: FileHandle, message: Buffer): void {
  try {
    writeSync(device.fd, message);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
  }
}

function asker(tell: (message: object) => void): (question: Question) => Promise<Reply> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let asked = 0;
  process.on("message", (message) => {
    const { question, ...reply } = Replied.parse(message);
    waiting.get(question)?.(reply);
    waiting.delete(question);
  });
  return (question) =>
    new Promise((done) => {
      asked += 1;
      waiting.set(asked, done);
      tell({ question: asked, ...question });
    });
}
