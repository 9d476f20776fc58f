/** How a body travels. Only the first two are sound. */
export type Framing =
  | 'length'
  | 'chunked'
  /** Both a length and chunks: which of them counts is how requests are smuggled. */
  | 'both'
  /** Fewer bytes are declared than follow. */
  | 'too-short'
  /** More bytes are declared than follow, then nothing more comes. */
  | 'too-long'
  | 'broken-chunks'
  | 'absurd-length'
  /** The client hangs up in the middle. */
  | 'abandoned';

/**
 * A request while it is being spoiled. All texts are bytes, one per character (latin1), as they go over the wire; `utf8` makes such a
 * text.
 */
export interface Sketch {
  method: string;
  path: string;
  /** Without the question mark; undefined = none. */
  query: string | undefined;
  version: string;
  headers: [name: string, value: string][];
  /** Header lines that are none. */
  oddLines: string[];
  body: Buffer | undefined;
  framing: Framing;
  /** Whether method and path are those of the operation, so that a success can be held against the document. */
  isPlain: boolean;
}

export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export function setHeader(sketch: Sketch, name: string, value: string): void {
  dropHeader(sketch, name);
  sketch.headers.push([name, value]);
}

export function dropHeader(sketch: Sketch, name: string): void {
  sketch.headers = sketch.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
}
