import { Errors, FormatError } from "./errors.ts";
import { checkFormat } from "./formats.ts";
import { PROPERTY_STRINGS } from "./named-property-strings.ts";
import { matches } from "./pattern.ts";
import { parsePropertyString } from "./property-string.ts";
import { RULES } from "./property-string-rules.ts";
import type { Properties, Schema } from "./schema.ts";

export type Params = Readonly<Record<string, unknown>>;

const NOT_DEFINED = "property is not defined in schema and the schema does not allow additional properties";

/** Holds `value` against `schema` as PVE does, with its words for what does not fit. */
export function check(value: unknown, schema: Schema): Errors {
  const errors = new Errors();
  checkValue(value, schema, "", errors);
  return errors;
}

/** Keys that no schema knew: handed up while several schemas share an object, an error where only one does. */
type Unknown = Set<string> | undefined;

export function checkValue(
  value: unknown,
  schema: Schema,
  path: string,
  errors: Errors,
  type?: string,
  unknown?: Unknown,
): void {
  const mayMiss = checkVariants(value, schema, path, errors, type);
  if (schema.alias) return;
  if (value === undefined || value === null) {
    if (schema.type !== "null" && !schema.optional && !mayMiss)
      errors.add(path, "property is missing and it is not optional");
    return;
  }
  if (!isOfType(value, schema.type, path, errors)) return;
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items) for (const [n, item] of value.entries()) checkValue(item, items, `${path}[${n}]`, errors);
  } else if (isObject(value)) checkObjectAs(value, schema, path, errors, unknown);
  else checkScalar(value, schema, path, errors);
}

/** The alternatives of an older `oneOf`. Whether the value may be missing, whatever the schema says otherwise. */
function checkVariants(
  value: unknown,
  schema: Schema,
  path: string,
  errors: Errors,
  type: string | undefined,
): boolean {
  if (schema.oneOf && !schema["type-property-schema"]) {
    if (schema["type-property"]) {
      const mine = schema.oneOf.filter((variant) => type !== undefined && variant["instance-types"]?.includes(type));
      for (const variant of mine) checkValue(value, variant, path, errors);
      return mine.every(({ optional }) => optional === 1);
    }
    const tries = schema.oneOf.map((variant, n) => {
      const found = new Errors();
      checkValue(value, variant, `${path}.oneOf[${n}]`, found);
      return found;
    });
    if (!tries.some(({ none }) => none))
      for (const [at, words] of tries.flatMap((found) => found.entries())) errors.add(at, words);
    return false;
  }
  const types = schema["instance-types"];
  return type !== undefined && types !== undefined && !types.includes(type);
}

function isOfType(value: unknown, type: Schema["type"], path: string, errors: Errors): boolean {
  if (type === undefined || type === "any") return true;
  if (typeof type !== "string") {
    if (type.some((one) => isOfType(value, one, path, new Errors()))) return true;
    errors.add(path, `type check ('${type.join("|")}') failed`);
    return false;
  }
  const fits = fitsType(value, type);
  if (!fits) errors.add(path, `type check ('${type}') failed${gotWords(value, type)}`);
  return fits;
}

function fitsType(value: unknown, type: string): boolean {
  if (type === "null") return false;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (typeof value === "boolean") return type === "boolean";
  if (Array.isArray(value) || isObject(value)) return false;
  const text = String(value);
  if (type === "boolean") return text === "0" || text === "1";
  if (type === "integer") return /^[+-]?\d+$/.test(text);
  if (type === "number") return isNumber(text);
  return true;
}

function gotWords(value: unknown, type: string): string {
  if (type === "null") return " - value is not null";
  if (type === "array" || type === "object") return "";
  if (Array.isArray(value)) return " - got ARRAY";
  if (isObject(value)) return " - got HASH";
  return ` - got '${String(value)}'`;
}

function checkScalar(value: unknown, schema: Schema, path: string, errors: Errors): void {
  const words = complaint(typeof value === "boolean" ? String(Number(value)) : String(value), schema, path);
  if (words !== undefined) errors.add(path, words);
}

/** The first thing that is wrong with a text, in the order in which PVE looks. */
function complaint(text: string, schema: Schema, path: string): string | undefined {
  const { format, pattern, minLength, maxLength, minimum, maximum } = schema;
  if (schema.allOf || (schema.oneOf && schema["type-property-schema"])) return "value must be an object";
  const wrong = format === undefined ? undefined : formatComplaint(format, text, path);
  if (wrong !== undefined) return wrong;
  if (pattern !== undefined && !matches(pattern, text)) return "value does not match the regex pattern";
  const { length } = [...text];
  if (maxLength !== undefined && length > maxLength) return `value may only be ${maxLength} characters long`;
  if (minLength !== undefined && length < minLength) return `value must be at least ${minLength} characters long`;
  const number = isNumber(text) ? Number(text) : undefined;
  if (number !== undefined && maximum !== undefined && number > maximum)
    return `value must have a maximum value of ${maximum}`;
  if (number !== undefined && minimum !== undefined && number < minimum)
    return `value must have a minimum value of ${minimum}`;
  if (schema.enum && !schema.enum.some((word) => String(word) === text))
    return `value '${text}' does not have a value in the enumeration '${schema.enum.join(", ")}'`;
  return undefined;
}

function formatComplaint(format: string | Properties, text: string, path: string): string | undefined {
  try {
    if (typeof format === "string") checkNamed(format, text, path);
    else checkPropertyString(format, text, path);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FormatError) return `invalid format - ${thrown.message}`;
    throw thrown;
  }
}

function checkNamed(format: string, text: string, path: string): void {
  const properties = PROPERTY_STRINGS[format];
  if (properties) {
    const values = checkPropertyString(properties, text, path);
    RULES[format]?.(values);
  } else checkFormat(format, text);
}

function checkPropertyString(properties: Properties, text: string, path: string): Readonly<Record<string, string>> {
  const errors = new Errors();
  const values = parsePropertyString(properties, text);
  checkObject(values, properties, path, errors, { more: 0 });
  if (errors.none) return values;
  const lines = errors.entries().map(([at, words]) => `${at}: ${words}\n`);
  throw new FormatError(`format error\n${lines.join("")}`);
}

function checkObjectAs(value: Params, schema: Schema, path: string, errors: Errors, unknown: Unknown): void {
  if (schema.properties || schema.additionalProperties)
    checkObject(value, schema.properties ?? {}, path, errors, { more: schema.additionalProperties, unknown });
  else if (schema.allOf) checkAllOf(value, schema.allOf, path, errors, unknown);
  else if (schema.oneOf) checkOneOf(value, schema, path, errors, unknown);
}

/** `more`: whether keys that no property names may be there, or what they must be like. */
export function checkObject(
  value: Params,
  properties: Properties,
  path: string,
  errors: Errors,
  { more, unknown }: { more?: Schema["additionalProperties"]; unknown?: Unknown } = {},
): void {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const given = withoutAliases(value, properties, at, errors);
  const schemaOf = (key: string): Schema | undefined => properties[key] ?? properties[numbered(key)];
  const typeOf = (key: string): string | undefined => {
    const by = properties[key]?.["type-property"];
    const type = by === undefined ? undefined : given[by];
    return type === undefined ? undefined : String(type);
  };
  for (const key of new Set([...Object.keys(properties), ...Object.keys(given)])) {
    const schema = schemaOf(key);
    if (schema && !key.endsWith("[n]")) checkValue(given[key], schema, at(key), errors, typeOf(key));
  }
  for (const key of Object.keys(given)) {
    const schema = schemaOf(key);
    if (schema?.requires !== undefined && given[schema.requires] === undefined)
      errors.add(at(schema.requires), `missing property required by '${at(key)}'`);
    if (schema && applies(schema, typeOf(key))) continue;
    if (more === 0) {
      if (unknown) unknown.add(key);
      else errors.add(at(key), NOT_DEFINED);
    } else if (typeof more === "object") checkValue(given[key], more, at(key), errors);
  }
}

/** The name in the schema of one of a row, `net0` of `net[n]`. */
export const numbered = (key: string): string => key.replace(/(?<=[a-z_])(0|[1-9]\d{0,2})$/, "[n]");

/** Whether a property that has variants has one for this type. */
const applies = ({ oneOf }: Schema, type: string | undefined): boolean =>
  !oneOf || oneOf.some(({ "instance-types": types }) => !types || (type !== undefined && types.includes(type)));

function withoutAliases(value: Params, properties: Properties, at: (key: string) => string, errors: Errors): Params {
  const given: Record<string, unknown> = { ...value };
  for (const key of Object.keys(value)) {
    const alias = properties[key]?.alias;
    if (alias === undefined) continue;
    if (given[alias] !== undefined) errors.add(at(key), `cannot set both '${key}' and its alias target '${alias}'`);
    else {
      given[alias] = given[key];
      delete given[key];
    }
  }
  return given;
}

function checkAllOf(value: Params, all: readonly Schema[], path: string, errors: Errors, unknown: Unknown): void {
  const perSchema = all.map((schema) => {
    const here = new Set<string>();
    checkValue(value, schema, path, errors, undefined, here);
    return here;
  });
  const [first = new Set<string>(), ...others] = perSchema;
  pass(new Set([...first].filter((key) => others.every((other) => other.has(key)))), path, errors, unknown);
}

function checkOneOf(value: Params, schema: Schema, path: string, errors: Errors, unknown: Unknown): void {
  const { "type-property-schema": typeSchema, "type-property": by, oneOf = [] } = schema;
  if (!typeSchema || by === undefined) return;
  const others = () => new Set(Object.keys(value).filter((key) => key !== by));
  const typePath = path ? `${path}.${by}` : by;
  const type = value[by];
  if (type === undefined || type === null) {
    pass(others(), path, errors, unknown);
    if (!schema.optional) checkValue(type, typeSchema, typePath, errors);
    return;
  }
  const wrong = new Errors();
  checkValue(type, typeSchema, typePath, wrong);
  if (!wrong.none) {
    for (const [, words] of wrong.entries()) errors.add(typePath, words);
    pass(others(), path, errors, unknown);
    return;
  }
  const variant = oneOf.find(({ "instance-type": name }) => name === String(type));
  if (!variant) {
    errors.add(path, `'${String(type)}' is not a valid oneOf variant`);
    return;
  }
  const variantPath = `${path ? `${path}.` : ""}oneOf[${String(type)}]`;
  const here = new Set<string>();
  checkValue(value, variant, variantPath, errors, undefined, here);
  here.delete(by);
  pass(here, variantPath, errors, unknown);
}

function pass(keys: ReadonlySet<string>, path: string, errors: Errors, unknown: Unknown): void {
  for (const key of [...keys].toSorted()) {
    if (unknown) unknown.add(key);
    else errors.add(path ? `${path}.${key}` : key, NOT_DEFINED);
  }
}

export const isObject = (value: unknown): value is Params =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNumber = (text: string): boolean => /^[+-]?(\d+\.\d+|\d+\.|\.\d+|\d+)([eE][+-]?\d+)?$/.test(text);
