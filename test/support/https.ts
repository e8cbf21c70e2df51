import { type RequestOptions, request } from "node:https";

export interface Answered {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
  /** What cut the answer short. */
  readonly trouble?: string;
}

/** One call of the API: `GET /version`, its parameters as a form or in the query. Throws where no answer begins. */
export function https(
  api: string,
  call: string,
  params: object = {},
  {
    headers = {},
    ...options
  }: Omit<RequestOptions, "headers"> & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answered> {
  const [method = "GET", path = ""] = call.split(" ");
  const form = new URLSearchParams(Object.entries(params).flatMap(pairs)).toString();
  const sends = method === "POST" || method === "PUT";
  const url = `${api}/api2/json${path}${form && !sends ? `?${form}` : ""}`;
  return new Promise((done, fail) => {
    const sent = request(url, { ...options, method, headers: { ...headers } }, (response) => {
      let text = "";
      const seen = () => ({ status: response.statusCode ?? 0, reason: response.statusMessage ?? "", text });
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => done(seen()));
      response.on("error", (error: NodeJS.ErrnoException) => done({ ...seen(), trouble: String(error.code) }));
    });
    sent.on("error", fail).end(sends ? form : "");
  });
}

/** What is a list comes again and again. */
const pairs = ([key, value]: [string, unknown]): [string, string][] =>
  (Array.isArray(value) ? value : [value]).map((item) => [key, String(item)]);
