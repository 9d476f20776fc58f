/** What the API document says of one part of a request. */
export interface Shape {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly example?: unknown;
}

interface Schema extends Shape {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const TOLD = ['type', 'format', 'pattern', 'enum', 'maxLength', 'minimum', 'maximum', 'description', 'example'] as const;

/**
 * What the API document expects at a pointer into a request, with an example; undefined where it knows no such part, which is then to be
 * left out.
 * @param pointer JSON pointer into the body, or `/name` of a query parameter
 */
export function shapeAt(document: ApiDocument, method: string, route: string, pointer: string): Shape | undefined {
  const operation = document.paths[route]?.[method.toLowerCase()];
  const names = pointer.split('/').slice(1);
  const bodies = Object.values(operation?.requestBody?.content ?? {}).flatMap(({ schema }) => schema ?? []);
  const inBody = bodies.map((schema) => schemaAt(document, schema, names)).find((schema) => schema !== undefined);
  const parameter = operation?.parameters?.find((known) => known.in === 'query' && known.name === names[0])?.schema;
  const schema = inBody ?? (parameter && schemaAt(document, parameter, names.slice(1)));
  if (!schema) return undefined;
  const told = Object.fromEntries(TOLD.flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])));
  return { ...told, example: exampleOf(schema, names.at(-1)!) };
}

function schemaAt(document: ApiDocument, schema: Schema, names: readonly string[]): Schema | undefined {
  const whole = resolved(document, schema);
  const [name, ...rest] = names;
  if (name === undefined) return whole;
  const part = whole.items && /^\d+$/.test(name) ? whole.items : whole.properties?.[name];
  return part && schemaAt(document, part, rest);
}

function resolved(document: ApiDocument, schema: Schema): Schema {
  const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
  return name === undefined ? schema : { ...document.components.schemas[name], ...schema };
}

/** The document's own, else the simplest that is of the kind. */
function exampleOf({ example, enum: choices, type, format, minimum }: Schema, name: string): unknown {
  if (example !== undefined) return example;
  if (choices) return choices[0];
  if (format === 'binary') return `GET /_sim/photos/${name}`;
  if (format === 'uuid') return '0199c2d4-7a52-7b8f-9a40-1c1f6f0e8d55';
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  return undefined;
}
