import { Module } from '@nestjs/common';
import { PortCovers } from '../platform/port-covers.ts';
import { DirectoryKeyStore } from './directory-key-store.ts';
import { DirectoryPhotoStore } from './directory-photo-store.ts';
import { KeyStore } from './key-store.ts';
import { MultipartReader } from './multipart.ts';
import { PhotoCipher } from './photo-cipher.ts';
import { PhotoGate } from './photo-gate.ts';
import { PhotoKeys } from './photo-keys.ts';
import { PhotoLine } from './photo-line.ts';
import { PhotoStore } from './photo-store.ts';
import { PhotoSweep } from './photo-sweep.ts';
import { PhotosService } from './photos.service.ts';
import { ShredLedger } from './shred-ledger.ts';
import { Shredding } from './shredding.ts';
import { Spool } from './spool.storage.ts';
import { UploadParts } from './upload-parts.storage.ts';
import { WorkspacePhotos } from './workspace-photos.ts';

@Module({
  providers: [
    Spool,
    MultipartReader,
    PhotoLine,
    PhotoGate,
    PhotoCipher,
    DirectoryPhotoStore,
    {
      provide: PhotoStore,
      useFactory: (covers: PortCovers, store: PhotoStore) => covers.over(PhotoStore, store),
      inject: [PortCovers, DirectoryPhotoStore],
    },
    { provide: KeyStore, useClass: DirectoryKeyStore },
    PhotoKeys,
    ShredLedger,
    Shredding,
    PhotosService,
    PhotoSweep,
    UploadParts,
    WorkspacePhotos,
  ],
  exports: [MultipartReader, PhotoStore, PhotosService, PhotoSweep, Shredding, Spool, UploadParts, WorkspacePhotos],
})
export class PhotosModule {}
