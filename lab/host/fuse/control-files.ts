import { type Errno, pathOf } from "../controls.ts";
import {
  attributesBody,
  carried,
  type Entry,
  entryBody,
  initBody,
  openBody,
  span,
  statfsBody,
  writtenBody,
} from "./bodies.ts";
import { type Asked, answer, asked, refusal } from "./wire.ts";

/** What the lab is asked: to read a control file of a host, or to take what is written to it. */
export interface Question {
  /** The name of the host's folder. */
  readonly host: string;
  readonly path: string;
  readonly text?: string | undefined;
}

export interface Reply {
  readonly text?: string | undefined;
  readonly errno?: Errno | undefined;
}

type Place = Entry & { readonly host: string; readonly path: string };

const ROOT: Place = { node: 1, kind: "folder", host: "", path: "" };
const NOTHING = Buffer.alloc(0);

/**
 * The file system behind control files: a folder a host, named by a number, and in it a file of any name that stands
 * for a path of sysfs. Which of them a host has, the links of its sysfs say.
 */
export class ControlFiles {
  readonly #ask: (question: Question) => Promise<Reply>;
  readonly #places = new Map<number, Place>([[ROOT.node, ROOT]]);
  readonly #nodes = new Map<string, number>();
  /** What an opened file showed when it was read from its beginning. */
  readonly #shown = new Map<number, Buffer>();
  #handles = 0;

  constructor(ask: (question: Question) => Promise<Reply>) {
    this.#ask = ask;
  }

  /** What the kernel is told; nothing where it waits for nothing. */
  async respond(message: Buffer): Promise<Buffer | undefined> {
    const request = asked(message);
    if (FORGETFUL.has(request.what ?? "")) return undefined;
    const place = this.#places.get(request.node);
    const body = place || request.what === "init" ? await this.#body(request, place ?? ROOT) : "ENOENT";
    return typeof body === "string" ? refusal(request.unique, body) : answer(request.unique, body);
  }

  #body({ what, body }: Asked, place: Place): Buffer | Errno | Promise<Buffer | Errno> {
    switch (what) {
      case "init":
        return initBody();
      case "lookup":
        return this.#lookUp(place, body.subarray(0, -1).toString());
      case "getattr":
      case "setattr":
        return attributesBody(place);
      case "open":
      case "opendir":
        this.#handles += 1;
        return openBody(this.#handles);
      case "readdir":
      case "destroy":
        return NOTHING;
      case "release":
      case "releasedir":
        this.#shown.delete(span(body).handle);
        return NOTHING;
      case "statfs":
        return statfsBody();
      case "read":
        return this.#read(place, span(body));
      case "write":
        return this.#write(place, carried(body));
      case "make":
        return "EPERM";
      default:
        // The kernel remembers that there is no such thing here, and does without.
        return "ENOSYS";
    }
  }

  #lookUp(folder: Place, name: string): Buffer | Errno {
    const place = folder === ROOT ? hostPlace(name) : filePlace(folder, name);
    if (!place) return "ENOENT";
    const key = `${place.host} ${place.path}`;
    const node = this.#nodes.get(key) ?? this.#nodes.size + 2;
    this.#nodes.set(key, node);
    this.#places.set(node, { ...place, node });
    return entryBody({ ...place, node });
  }

  async #read(
    { host, path }: Place,
    { handle, offset, size }: { handle: number; offset: number; size: number },
  ): Promise<Buffer | Errno> {
    if (offset === 0 || !this.#shown.has(handle)) {
      const { text = "", errno } = await this.#ask({ host, path });
      if (errno) return errno;
      this.#shown.set(handle, Buffer.from(text));
    }
    return this.#shown.get(handle)?.subarray(offset, offset + size) ?? NOTHING;
  }

  async #write({ host, path }: Place, bytes: Buffer): Promise<Buffer | Errno> {
    const { errno } = await this.#ask({ host, path, text: bytes.toString() });
    return errno ?? writtenBody(bytes.length);
  }
}

const FORGETFUL = new Set(["forget", "batch forget", "interrupt"]);

const hostPlace = (name: string): Omit<Place, "node"> | undefined =>
  /^\d+$/.test(name) ? { kind: "folder", host: name, path: "" } : undefined;

function filePlace({ kind, host }: Place, name: string): Omit<Place, "node"> | undefined {
  const path = pathOf(name);
  return kind === "folder" && path !== undefined ? { kind: "file", host, path } : undefined;
}
