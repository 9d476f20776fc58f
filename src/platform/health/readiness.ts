import { Injectable } from '@nestjs/common';

/** Whether this copy wants work. It stops wanting any before it stops. */
@Injectable()
export class Readiness {
  private leaving = false;

  get isLeaving(): boolean {
    return this.leaving;
  }

  leave(): void {
    this.leaving = true;
  }
}
