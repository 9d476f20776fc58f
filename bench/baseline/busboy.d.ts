/** What is needed of it here. */
declare module 'busboy' {
  import type { Readable, Writable } from 'node:stream';

  interface Busboy extends Writable {
    on(event: 'file', listener: (name: string, content: Readable) => void): this;
    on(event: 'field', listener: (name: string, value: string) => void): this;
    on(event: string, listener: (...values: never[]) => void): this;
  }
  export default function busboy(options: { headers: NodeJS.Dict<string | string[]>; limits?: Record<string, number> }): Busboy;
}
