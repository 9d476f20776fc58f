import { describe, expect, it } from '@jest/globals';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import request from 'supertest';
import { PreparedAnswers, prepareJson, sendPrepared } from './prepared-json.ts';

const prepared = prepareJson([{ name: 'Ngô Quyền' }]);
const app = new ExpressAdapter().getInstance<Express>();
app.get('/places', (_, response) => sendPrepared(response, prepared, 'public, max-age=60'));

describe('a prepared answer', () => {
  it('is JSON with its ETag and its own caching', async () => {
    const answer = await request(app).get('/places');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=60',
      etag: prepared.etag,
    });
    expect(answer.body).toEqual([{ name: 'Ngô Quyền' }]);
  });

  it.each([prepared.etag, `W/${prepared.etag}`, `"other", ${prepared.etag}`, '*'])(
    'is not sent again to one who holds %s',
    async (held) => {
      const answer = await request(app).get('/places').set('If-None-Match', held);
      expect(answer.status).toBe(304);
      expect(answer.text).toBe('');
      expect(answer.headers['etag']).toBe(prepared.etag);
    },
  );

  it('is not sent again to one who holds it and wants it revalidated, as fetch does', async () => {
    const answer = await request(app).get('/places').set({ 'If-None-Match': prepared.etag, 'Cache-Control': 'no-cache' });
    expect(answer.status).toBe(304);
  });

  it('is sent to one who holds another version', async () => {
    expect((await request(app).get('/places').set('If-None-Match', '"other"')).status).toBe(200);
  });

  it('shows only its headers to HEAD', async () => {
    const answer = await request(app).head('/places');
    expect(answer.headers).toMatchObject({ etag: prepared.etag, 'content-length': String(prepared.body.length) });
  });
});

describe('prepared answers', () => {
  it('are made once for a question, and anew for what they were made of anew', () => {
    const answers = new PreparedAnswers<object>();
    let made = 0;
    const make = () => ({ made: ++made });
    const [list, next] = [{}, {}];
    expect(answers.get(list, 'a', make)).toBe(answers.get(list, 'a', make));
    expect(answers.get(list, 'b', make)).not.toBe(answers.get(list, 'a', make));
    expect(answers.get(next, 'a', make)).not.toBe(answers.get(list, 'a', make));
    expect(made).toBe(3);
  });

  it('of endless questions are forgotten again', () => {
    const answers = new PreparedAnswers<object>();
    const list = {};
    const first = answers.get(list, 'first', () => 0);
    for (let question = 0; question < 500; question++) answers.get(list, `${question}`, () => question);
    expect(answers.get(list, 'first', () => 0)).not.toBe(first);
  });
});
