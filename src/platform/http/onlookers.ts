import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

export type Onlooker = (request: Request, response: Response) => void;

/** Who sees every request come, in its workspace and before its body is read: nobody, ordinarily. They look, and hold nothing up. */
@Injectable()
export class Onlookers {
  private readonly looking: Onlooker[] = [];

  join(onlooker: Onlooker): void {
    this.looking.push(onlooker);
  }

  readonly use = (request: Request, response: Response, next: NextFunction): void => {
    for (const onlooker of this.looking) onlooker(request, response);
    next();
  };
}
