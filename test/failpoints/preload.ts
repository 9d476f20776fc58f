import { isMainThread } from 'node:worker_threads';

/**
 * `node --import dist/test/failpoints/preload.js dist/src/main.js`: the built service as it is, with failpoints around methods, statements and
 * file operations that are named here and nowhere in the service. Without this file there is no failpoint.
 */
if (isMainThread) {
  const { fuse } = await import('./fuse.ts');
  fuse.connect();
  (await import('./under-test.ts')).markRequests();
  (await import('./statements.ts')).fuseStatements();
  (await import('./file-operations.ts')).fuseFileOperations();
  await (await import('./seams.ts')).fuseSeams();
}
