import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { RegistryCheck } from '../../declarations/registry-check.ts';
import { PHOTO_SLOTS } from '../../photos/photo-slot.ts';
import { Clock, vietnameseDay } from '../../platform/clock.ts';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { basePathOf } from '../../platform/http/request-context.ts';
import { PersonasAnswer, type PersonaDto } from './personas.dto.ts';
import { DeskPersonas, type DeskPersona } from './personas.service.ts';

@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/personas')
export class DeskPersonasController {
  constructor(
    private readonly personas: DeskPersonas,
    private readonly registryCheck: RegistryCheck,
    private readonly clock: Clock,
  ) {}

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Những người được nghĩ ra · Invented people, what each shows, and all they write into the form' })
  @ApiOkResponse({ type: PersonasAnswer })
  @ApiProblems('simulator-key-required')
  async list(@Query() _query: NoQuery, @Req() request: Request): Promise<PersonasAnswer> {
    const today = vietnameseDay(await this.clock.now());
    const personas = await this.personas.all();
    const items = await Promise.all(personas.map((persona) => this.shown(persona, today, basePathOf(request))));
    return { items };
  }

  private async shown(persona: DeskPersona, today: string, base: string): Promise<PersonaDto> {
    const { key, shows, form, person } = persona;
    const { kind, differences } = await this.registryCheck.compare(form, today);
    const photos = Object.fromEntries(PHOTO_SLOTS.map((slot) => [slot, `${base}/_sim/photos/${slot}?persona=${key}`]));
    return {
      key,
      shows,
      form,
      dateOfBirth: person.dateOfBirth,
      sex: person.sex,
      address: this.personas.addressLine(form),
      paper: this.personas.paper(persona),
      registry: { match: kind, differences },
      photos: photos as unknown as PersonaDto['photos'],
    };
  }
}
