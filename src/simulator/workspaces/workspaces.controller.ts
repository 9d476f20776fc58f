import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { DeskOnly } from '../../platform/http/access.decorator.ts';
import { ApiProblems } from '../../platform/http/api-problems.decorator.ts';
import { NoQuery } from '../../platform/http/no-query.dto.ts';
import { WorkspaceDto, WorkspaceList, WorkspaceWishDto } from './workspaces.dto.ts';
import { DeskWorkspaces } from './workspaces.service.ts';
import type { WorkspaceRecord } from './workspace.store.ts';

/** Worlds of their own on one server. These doors are the same in every workspace. */
@ApiTags('Bàn mô phỏng · The simulator’s desk')
@ApiHeader({ name: 'X-Simulator-Key', required: false })
@Controller('_sim/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: DeskWorkspaces) {}

  @Post()
  @DeskOnly()
  @ApiOperation({
    summary: 'Tạo không gian làm việc riêng · A world of its own',
    description:
      'Hồ sơ, bộ đếm, đồng hồ, tin nhắn, lỗi giả lập và giới hạn riêng. Gọi bằng X-Workspace hoặc baseUrl · Its own dossiers, counters, clock, messages, faults and limits. Named by `X-Workspace` or by its base URL.',
  })
  @ApiCreatedResponse({ type: WorkspaceDto })
  @ApiProblems('simulator-key-required', 'not-simulators-own', 'workspace-exists', 'too-many-workspaces', 'validation-failed')
  async create(@Body() wish: WorkspaceWishDto, @Req() request: Request): Promise<WorkspaceDto> {
    return view(await this.workspaces.create(wish), request);
  }

  @Get()
  @DeskOnly()
  @ApiOperation({ summary: 'Các không gian đang có · The workspaces beside default' })
  @ApiOkResponse({ type: WorkspaceList })
  @ApiProblems('simulator-key-required')
  async list(@Query() _query: NoQuery, @Req() request: Request): Promise<WorkspaceList> {
    return { items: (await this.workspaces.list()).map((record) => view(record, request)) };
  }

  @Delete(':name')
  @DeskOnly()
  @HttpCode(204)
  @ApiOperation({ summary: 'Xóa không gian · Remove a workspace with all that is in it' })
  @ApiNoContentResponse()
  @ApiProblems('simulator-key-required', 'workspace-unknown', 'workspace-permanent')
  remove(@Param('name') name: string): Promise<void> {
    return this.workspaces.remove(name);
  }
}

function view({ name, profile, seed, forkOf, createdAt }: WorkspaceRecord, request: Request): WorkspaceDto {
  const baseUrl = `${request.protocol}://${hostOf(request)}/w/${name}`;
  return { name, baseUrl, profile, seed, forkOf, createdAt: createdAt.toISOString() };
}

/** As the client calls the service; what is no name of a host is not told on, and then it is the address that was spoken to. */
function hostOf({ host, socket }: Request): string {
  if (host !== undefined && /^(\[[\da-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/.test(host)) return host;
  return `${socket.localFamily === 'IPv6' ? `[${socket.localAddress}]` : socket.localAddress}:${socket.localPort}`;
}
