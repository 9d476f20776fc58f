import { Module } from '@nestjs/common';
import { PortCovers } from '../platform/port-covers.ts';
import { DirectoryPhotoStore } from './directory-photo-store.ts';
import { MultipartReader } from './multipart.ts';
import { PhotoCipher } from './photo-cipher.ts';
import { PhotoGate } from './photo-gate.ts';
import { PhotoLine } from './photo-line.ts';
import { PhotoMeter } from './photo-meter.ts';
import { PhotoStore } from './photo-store.ts';
import { PhotoSweep } from './photo-sweep.ts';
import { PhotosService } from './photos.service.ts';
import { Spool } from './spool.storage.ts';
import { UploadParts } from './upload-parts.storage.ts';

@Module({
  providers: [
    Spool,
    MultipartReader,
    PhotoLine,
    PhotoMeter,
    PhotoGate,
    PhotoCipher,
    DirectoryPhotoStore,
    {
      provide: PhotoStore,
      useFactory: (covers: PortCovers, store: PhotoStore) => covers.over(PhotoStore, store),
      inject: [PortCovers, DirectoryPhotoStore],
    },
    PhotosService,
    PhotoSweep,
    UploadParts,
  ],
  exports: [MultipartReader, PhotoStore, PhotosService, PhotoSweep, Spool, UploadParts],
})
export class PhotosModule {}
