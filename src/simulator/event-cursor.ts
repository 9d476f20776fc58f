import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Randomness } from '../platform/randomness.ts';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Every write says where in the order of events it began, so that whoever waits for what came of it is not content with what was there
 * before. The cursor is an id of the time-ordered kind that messages have: what is written because of the request comes after it. It
 * costs no statement.
 */
@Injectable()
export class EventCursor {
  constructor(private readonly randomness: Randomness) {}

  readonly use = (request: Request, response: Response, next: NextFunction): void => {
    if (!READS.includes(request.method)) response.setHeader('X-Event-Cursor', this.randomness.uuid());
    next();
  };
}
