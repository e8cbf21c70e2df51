/** An answer that is not 200: the status, PVE's words, and what it says of single parameters. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly errors: Readonly<Record<string, string>> | undefined;

  constructor(status: number, message: string, errors?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** 403, in the words that name what is missing where. */
export const forbidden = (what?: string): ApiError =>
  new ApiError(403, what === undefined ? "Permission check failed\n" : `Permission check failed (${what})\n`);

/** 400 for parameters that are each well-formed but wrong. */
export const badParameters = (errors: Readonly<Record<string, string>>): ApiError =>
  new ApiError(400, "Parameter verification failed.\n", errors);

/** 500, as PVE answers most of what is simply not there or there already. */
export const died = (words: string): ApiError => new ApiError(500, `${words}\n`);

/** What PVE makes of an error where only a text can stand: in a task's log, or inside the words of another. */
export function asText(thrown: unknown): string {
  if (!(thrown instanceof ApiError)) return thrown instanceof Error ? thrown.message : String(thrown);
  const { status, message, errors } = thrown;
  if (!errors && status === 500) return message.trimEnd();
  const details = Object.entries(errors ?? {}).map(([key, words]) => `${key}: ${words}`);
  return [`${status} ${message.trimEnd()}`, ...details].join("\n");
}
