import request, { type Test } from 'supertest';
import { mustBeDocumented } from './openapi-truth.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';

/** HTTP against a running server. Every answer is held against the API document before a test looks at it. */
export interface Api {
  get(path: string): Test;
  post(path: string): Test;
  put(path: string): Test;
  patch(path: string): Test;
  delete(path: string): Test;
  call(method: Method, path: string): Test;
}

export function apiOf(url: string): Api {
  const call = (method: Method, path: string): Test => {
    const client = request(url);
    return client[method](path).expect((response) => mustBeDocumented(method.toUpperCase(), new URL(path, url).pathname, response));
  };
  return {
    call,
    get: (path) => call('get', path),
    post: (path) => call('post', path),
    put: (path) => call('put', path),
    patch: (path) => call('patch', path),
    delete: (path) => call('delete', path),
  };
}
