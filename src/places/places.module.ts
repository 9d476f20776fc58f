import { Module } from '@nestjs/common';
import { PlaceChanges } from './place-changes.ts';
import { PlaceSets } from './place-sets.ts';
import { PlacesController } from './places.controller.ts';
import { PlacesService } from './places.service.ts';
import { TwoTierPlaces } from './two-tier-places.ts';

const PLACES = [PlaceChanges, PlaceSets, PlacesService, TwoTierPlaces];

@Module({ controllers: [PlacesController], providers: PLACES, exports: PLACES })
export class PlacesModule {}
