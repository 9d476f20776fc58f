/** The part of JSON Schema that the API document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: Schema;
}

/** Whose bearer token an operation asks for. */
export type Bearer = 'draftToken' | 'trackingCode' | 'citizen' | 'staff';

export interface Operation {
  /** Such as `PUT /v1/drafts/{id}/photos/{slot}`. */
  readonly name: string;
  readonly method: string;
  readonly template: string;
  /** The part of the API that it is counted with, such as `/v1/drafts`. */
  readonly group: string;
  readonly parameters: readonly Parameter[];
  readonly bearer: Bearer | undefined;
  /** The bodies that it takes, one per media type; none where it takes none. */
  readonly bodies: readonly { readonly mediaType: string; readonly schema: Schema }[];
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface OperationObject {
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], security, requestBody }]) => ({
      name: `${method.toUpperCase()} ${template}`,
      method: method.toUpperCase(),
      template,
      group: groupOf(template),
      parameters,
      bearer: security?.flatMap((way) => Object.keys(way) as Bearer[])[0],
      bodies: Object.entries(requestBody?.content ?? {}).map(([mediaType, { schema }]) => ({ mediaType, schema })),
    })),
  );
}

/** What a request without an operation is counted with: paths that nobody promised. */
export const NOWHERE: Operation = {
  name: 'nowhere',
  method: 'GET',
  template: '/',
  group: 'nowhere',
  parameters: [],
  bearer: undefined,
  bodies: [],
};

function groupOf(template: string): string {
  const parts = template.split('/').slice(1);
  return `/${parts.slice(0, parts[0] === 'v1' ? 2 : 1).join('/')}`;
}
