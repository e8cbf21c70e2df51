import { createRequire } from "node:module";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";

type Severity = "info" | "warning";

/** Says something in the row of the resource `urn`: in passing while `lasting` is false, else in its diagnostics. */
export type EngineLog = (urn: string, severity: Severity, text: string, lasting: boolean) => Promise<void>;

const { LogRequest, LogSeverity } = engineMessages;

/** The log of the engine at `address`; says nothing where there is no engine. */
export function engineLog(address: string | undefined): EngineLog {
  if (!address || !/^[^/\s]+:\d+$/.test(address)) return async () => {};
  const client = new engineService.EngineClient(address, pulumisGrpc().credentials.createInsecure());
  // One after the other, or a later word may come first.
  let said = Promise.resolve();
  return (urn, severity, text, lasting) => {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    request.setMessage(text);
    request.setEphemeral(!lasting);
    // A word that does not arrive must not fail the work it is about.
    said = said.then(() => new Promise((done) => client.log(request, () => done())));
    return said;
  };
}

// The SDK's own copy: its client refuses the credentials of another copy of grpc.
function pulumisGrpc(): typeof import("@grpc/grpc-js") {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");
}
