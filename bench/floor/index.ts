import { Config, dynamic, type Inputs } from "@pulumi/pulumi";

const provider: dynamic.ResourceProvider = {
  create: async (inputs) => ({ id: "there", outs: inputs }),
  diff: async () => ({ changes: false }),
};

/** The plainest dynamic resource: it has its inputs and does nothing. */
class Nothing extends dynamic.Resource {
  constructor(name: string, inputs: Inputs) {
    super(provider, name, inputs, undefined, "bench", "Nothing");
  }
}

interface Entry {
  readonly name: string;
}

for (const { name, ...inputs } of new Config("pve-ops").requireObject<Entry[]>("tokens")) new Nothing(name, inputs);
