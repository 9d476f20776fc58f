import { Injectable } from '@nestjs/common';
import { KeyStore } from './key-store.ts';
import { PhotoStore } from './photo-store.ts';
import { ShredLedger } from './shred-ledger.ts';

/** All that the current workspace keeps of photos, for whoever makes and removes workspaces. Never called in `default`. */
@Injectable()
export class WorkspacePhotos {
  constructor(
    private readonly keys: KeyStore,
    private readonly store: PhotoStore,
    private readonly ledger: ShredLedger,
  ) {}

  /** Takes over all photos of another workspace, with their keys: shredded there, they stay here. All of them, or nothing is kept. */
  async adopt(workspaceName: string): Promise<void> {
    try {
      await this.keys.adopt(workspaceName);
      await this.store.adopt(workspaceName);
    } catch (error) {
      await this.clear();
      throw error;
    }
  }

  async clear(): Promise<void> {
    await this.keys.clear();
    await this.store.clear();
    await this.ledger.forget();
  }

  /** The workspace begins anew, and a seed may give the same ids again: what was shredded before says nothing of them. */
  async beginAnew(): Promise<void> {
    await this.ledger.forget();
  }
}
