import type { dynamic } from "@pulumi/pulumi";

/** The seven calls of a dynamic provider, each one answered. */
export type Lifecycle = Required<dynamic.ResourceProvider>;

/**
 * A provider whose code is loaded where it runs. Pulumi stores this object's text in every resource's state and
 * runs it again at refresh and destroy, so it holds a specifier and nothing else, and must go on working for ever.
 */
export const deferred = (load: () => Promise<{ provider: Lifecycle }>): Lifecycle => ({
  configure: async (request) => (await load()).provider.configure(request),
  check: async (olds, news) => (await load()).provider.check(olds, news),
  diff: async (id, olds, news) => (await load()).provider.diff(id, olds, news),
  create: async (inputs) => (await load()).provider.create(inputs),
  read: async (id, props) => (await load()).provider.read(id, props),
  update: async (id, olds, news) => (await load()).provider.update(id, olds, news),
  delete: async (id, props) => (await load()).provider.delete(id, props),
});
