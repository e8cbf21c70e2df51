import { expect } from "chai";

/** The error of work that is to fail. */
export const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail("it did not fail"),
    (thrown) => thrown,
  );
