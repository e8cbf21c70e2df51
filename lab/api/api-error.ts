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
