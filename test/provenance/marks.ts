import ts from 'typescript';
import { sources } from '../house/sources.ts';

/** Where a rule comes from, as the marks in docstrings say it. */
export const ORIGINS = {
  S: { origin: 'public', confidence: 'high', means: 'a public source says so: a guide, a law, a standard' },
  I: { origin: 'inferred', confidence: 'medium', means: 'seen in samples; no source says so' },
  D: { origin: 'decided', confidence: 'ours', means: 'no source settles it; decided for this project' },
} as const;

export type Mark = keyof typeof ORIGINS;

/** One statement about the domain, with its origin. */
export interface ProvenanceEntry {
  /** File and symbol, `declarations/rules/phone.rule.ts#checkPhone`; stable as long as neither is renamed. */
  readonly rule: string;
  readonly statement: string;
  readonly origin: (typeof ORIGINS)[Mark]['origin'];
  readonly confidence: (typeof ORIGINS)[Mark]['confidence'];
}

/** A symbol that states a rule. */
interface Symbol {
  readonly name: string;
  readonly text: string;
}

const MARK = /\[([SID])\]/g;

/** Tables whose every row is a rule, by file and name. */
export const RULE_TABLES: Readonly<Record<string, string>> = {
  'src/platform/limits/limits.ts': 'LIMITS',
  'src/photos/photo-thresholds.ts': 'PHOTO_THRESHOLDS',
};

export interface Provenance {
  readonly entries: readonly ProvenanceEntry[];
  /** Exported functions and constants of rule files, and rows of tables, that do not say where they come from. */
  readonly unmarked: readonly string[];
}

/** Reads the marks out of the docstrings of `src`. */
export function provenanceOf(files: readonly { path: string; text: string }[]): Provenance {
  const entries: ProvenanceEntry[] = [];
  const unmarked: string[] = [];
  for (const { path, text } of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    for (const { name, text: docs } of documented(file)) entries.push(...entriesOf(`${path.replace(/^src\//, '')}#${name}`, docs));
    unmarked.push(...mustBeMarked(path, file).flatMap(({ name, text: docs }) => (docs.match(MARK) ? [] : [`${path}#${name}`])));
  }
  return { entries: entries.sort((one, other) => (one.rule < other.rule ? -1 : one.rule > other.rule ? 1 : 0)), unmarked };
}

/** The provenance of this project. */
export function ownProvenance(): Provenance {
  return provenanceOf(sources('src').filter(({ path }) => !path.endsWith('.spec.ts')));
}

/** A sentence, or a part of one between semicolons or middle dots, is as sure as the mark behind it. */
function entriesOf(rule: string, docs: string): ProvenanceEntry[] {
  if (!docs.match(MARK)) return [];
  const plain = docs.replaceAll(/\s+/g, ' ').trim();
  const statements = plain.split(/(?<=\[[SID]\][.:;,)]*)\s+(?!\[)/);
  return statements.flatMap((statement) => {
    const mark = [...statement.matchAll(MARK)].at(-1)?.[1] as Mark | undefined;
    if (!mark) return [];
    const { origin, confidence } = ORIGINS[mark];
    return [{ rule, statement: statement.replaceAll(/\s*\[[SID]\]/g, '').replaceAll(/[\s,;:]+$/g, ''), origin, confidence }];
  });
}

/** Everything with a docstring: declarations, members of types, rows of tables. */
function documented(file: ts.SourceFile): Symbol[] {
  const found: Symbol[] = [];
  const visit = (node: ts.Node, within: string): void => {
    const own = nameOf(node);
    const name = own === undefined ? within : within ? `${within}.${own}` : own;
    const docs = docsOf(node);
    if (docs && own !== undefined) found.push({ name, text: docs });
    ts.forEachChild(node, (child) => visit(child, name));
  };
  visit(file, '');
  return found;
}

function mustBeMarked(path: string, file: ts.SourceFile): Symbol[] {
  const table = RULE_TABLES[path];
  if (table !== undefined) return rowsOf(file, table);
  if (!path.endsWith('.rule.ts')) return [];
  return file.statements.flatMap((statement) => {
    if (!(ts.isFunctionDeclaration(statement) || ts.isVariableStatement(statement)) || !isExported(statement)) return [];
    const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0]!.name.getText() : statement.name!.text;
    const inside = documented(file).filter(({ name }) => name === declared || name.startsWith(`${declared}.`));
    return [{ name: declared, text: inside.map(({ text }) => text).join('\n') }];
  });
}

function rowsOf(file: ts.SourceFile, table: string): Symbol[] {
  const rows: Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === table && node.initializer) {
      const literal = ts.isSatisfiesExpression(node.initializer) ? node.initializer.expression : node.initializer;
      const object = ts.isAsExpression(literal) ? literal.expression : literal;
      if (!ts.isObjectLiteralExpression(object)) throw new Error(`${table} is no table`);
      for (const row of object.properties) rows.push({ name: `${table}.${row.name!.getText()}`, text: docsOf(row) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  if (rows.length === 0) throw new Error(`${file.fileName} has no table ${table}`);
  return rows;
}

function isExported(statement: ts.FunctionDeclaration | ts.VariableStatement): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name.getText();
  if (ts.isVariableDeclaration(node)) return undefined;
  const { name } = node as { name?: ts.Node };
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function docsOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter((docs): docs is ts.JSDoc => ts.isJSDoc(docs) && docs.parent === node)
    .map((docs) =>
      docs
        .getText()
        .replaceAll(/^\/\*\*|\*\/$/g, '')
        .replaceAll(/^\s*\*( |$)/gm, ''),
    )
    .join('\n');
}
