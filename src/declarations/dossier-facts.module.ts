import { Module } from '@nestjs/common';
import { PlacesModule } from '../places/places.module.ts';
import { DossierMessageFacts } from './dossier-facts.ts';
import { PdfRenderer } from './pdf/pdf-renderer.ts';

/** What the messages room is told of dossiers; apart from the rest of the room, because that room must not know the messages' senders. */
@Module({ imports: [PlacesModule], providers: [DossierMessageFacts, PdfRenderer], exports: [DossierMessageFacts] })
export class DossierFactsModule {}
