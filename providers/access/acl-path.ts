const NAME = "[\\w.-]+";
const below = (depth: number) => `(?:/${NAME}){0,${depth}}`;

/** Everything that PVE hands out rights on; 8 lacks some of what lies below `/sdn`, and says so. */
const SHAPES = [
  "",
  "access",
  `access/(?:groups|realm)${below(1)}`,
  `mapping${below(2)}`,
  `nodes${below(1)}`,
  `pool${below(3)}`,
  "sdn",
  "sdn/controllers(?:/[\\w-]+)?",
  "sdn/(?:dns|fabrics|ipams|prefix-lists|route-maps)(?:/[A-Za-z0-9]+)?",
  `sdn/zones${below(2)}`,
  `sdn/zones/${NAME}/${NAME}/[1-9]\\d{0,3}`,
  `storage${below(1)}`,
  "vms(?:/[1-9]\\d{2,})?",
];
const ALL = new RegExp(`^/(?:${SHAPES.join("|")})$`);

export const isAclPath = (path: string): boolean => ALL.test(path);
