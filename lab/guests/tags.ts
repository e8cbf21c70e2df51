import type { Cluster } from "../cluster.ts";
import { listItems } from "../schema/formats.ts";

/** Tags as PVE keeps them: each once, in lower case and in order unless the cluster is set up otherwise. */
export function uniqueTags({ options }: Cluster, text: string): string {
  const style = options.get("tag-style") ?? "";
  const sensitive = /(?:^|,)case-sensitive=(?:1|yes|on|true)(?:,|$)/i.test(style);
  const tags = listItems(text).map((tag) => (sensitive ? tag : tag.toLowerCase()));
  const unique = [...new Set(tags)];
  return (/(?:^|,)ordering=config(?:,|$)/.test(style) ? unique : unique.toSorted()).join(";");
}
