// Joins what tsc has compiled and the libraries it needs to one file, dist/service/main.js: what `npm start` runs. Reading some 1,800
// small modules one by one took more than half of each start, and keeps their texts in memory. test/operations/bundle.spec.ts holds
// that no library is loaded twice.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

/** Read from node_modules as they are: native code, and what looks for files beside itself. */
const LEFT_OUT = ['sharp', '@node-rs/argon2', 'piscina', 'swagger-ui-dist'];

/** What libraries can use and this one has not. */
const NOT_INSTALLED = [
  '@as-integrations/*',
  '@fastify/*',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/websockets',
  'class-transformer/storage',
  'pg-native',
];

/**
 * Nest loads its companions by a `require` of its own making, which esbuild does not see through. They would be read a second time from
 * node_modules, and a class of one copy is no class of the other.
 */
const seeThroughRequire = {
  name: 'see-through-require',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@nestjs[\\/].+\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^const require = createRequire\(import\.meta\.url\);$/m, ''),
      loader: 'js',
    }));
  },
};

/** CommonJS inside the bundle expects these. */
const COMMONJS = [
  `import { createRequire as $createRequire } from 'node:module';`,
  `const require = $createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`,
];

await build({
  entryPoints: ['dist/src/main.js'],
  outfile: 'dist/service/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: [...LEFT_OUT, ...NOT_INSTALLED],
  plugins: [seeThroughRequire],
  banner: { js: COMMONJS.join('\n') },
  // Names stay, for stacks and for Nest. A stack in TypeScript's lines: NODE_OPTIONS=--enable-source-maps, at a price in memory.
  minifyWhitespace: true,
  lineLimit: 200,
  charset: 'utf8',
  legalComments: 'linked',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
});
