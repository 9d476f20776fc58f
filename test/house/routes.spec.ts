import { Controller, Get, Post, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, NestFactory, Reflector } from '@nestjs/core';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AppModule } from '../../src/app.module.ts';
import { blueprintFor } from '../../src/migrate.ts';
import { Mailer } from '../../src/messages/mail.port.ts';
import { readEnvironment } from '../../src/platform/env.ts';
import { ACCESS, Public, type Access } from '../../src/platform/http/access.decorator.ts';
import { Keyring } from '../../src/platform/keyring.ts';
import { SimulatorModule } from '../../src/simulator/simulator.module.ts';
import { RIGHTS } from '../../src/staff/rights.ts';
import { StaffOnly } from '../../src/staff/staff-only.decorator.ts';
import { mismatch, routesOf as routesOfDocument, verdictOf } from '../support/rights-matrix.ts';
import { isSpec, readJson, sources, withoutComments } from './sources.ts';

interface Route {
  /** As the API document calls it. */
  name: string;
  controller: string;
  /** Of the controller. */
  path: string;
  handler: string;
  access: Access | undefined;
}

const DECORATORS = ['Public', 'WithDraftToken', 'WithDraftTokenOfUpload', 'WithTrackingCode', 'CitizenOnly', 'DeskOnly', 'StaffOnly'];

const NOWHERE = 'postgres://nobody@127.0.0.1/nothing';

let routes: Route[];

/** Preview mode knows every route but makes no provider: no database, no key and no port is touched. */
beforeAll(async () => {
  const environment = readEnvironment({});
  const assembly = {
    environment,
    databaseUrl: NOWHERE,
    keyring: new Keyring([Buffer.alloc(32)]),
    mailer: { provide: Mailer, useValue: undefined },
    desk: SimulatorModule.parts(environment, { ownerUrl: '', blueprint: blueprintFor({ ownerUrl: NOWHERE, requestUrl: NOWHERE }) }),
  };
  const app = await NestFactory.create(AppModule.of(assembly), { preview: true, logger: false, abortOnError: false });
  routes = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) => routesOf(metatype)),
  );
});

function routesOf(controller: unknown): Route[] {
  const { name: className, prototype } = controller as { name: string; prototype: Record<string, object> };
  const base = String(Reflect.getMetadata(PATH_METADATA, controller as object));
  const reflector = new Reflector();
  return Object.getOwnPropertyNames(prototype)
    .filter((handler) => Reflect.hasMetadata(METHOD_METADATA, prototype[handler]!))
    .map((handler) => ({
      name: `${RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, prototype[handler]!))]} ${templateOf(base, prototype[handler]!)}`,
      controller: className,
      path: base,
      handler,
      access: reflector.get<Access | undefined>(ACCESS, prototype[handler] as never),
    }));
}

function templateOf(base: string, handler: object): string {
  const parts = [base, String(Reflect.getMetadata(PATH_METADATA, handler))]
    .flatMap((path) => path.split('/'))
    .filter((part) => part !== '');
  return `/${parts.join('/')}`.replace(/:(\w+)/g, '{$1}');
}

const nameOf = ({ controller, handler }: Route) => `${controller}.${handler}`;

describe('every route', () => {
  it('names who may call it', () => {
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter(({ access }) => access === undefined).map(nameOf)).toEqual([]);
  });

  it('stands in the API document, from which the rights of all callers are tried, and nothing else does', () => {
    const documented = routesOfDocument(readJson('docs/openapi.json')).map(({ name }) => name);
    expect(mismatch(routes, documented)).toEqual({ rowless: [], routeless: [] });
  });

  it('names them once: the last of two would win in silence', () => {
    const controllers = sources('src').filter(({ path }) => path.endsWith('.controller.ts'));
    const named = controllers.flatMap(({ text }) => withoutComments(text).match(new RegExp(`@(${DECORATORS.join('|')})\\(`, 'g')) ?? []);
    expect(named).toHaveLength(routes.length);
  });

  it('of staff names a right of the matrix', () => {
    const rights = routes.flatMap((route) => (route.access?.who === 'staff' ? [[nameOf(route), route.access.right] as const] : []));
    expect(rights.length).toBeGreaterThan(10);
    expect(rights.filter(([, right]) => !Object.hasOwn(RIGHTS, right))).toEqual([]);
  });

  it('lies in the room that its caller belongs to: the desk’s callers see only the desk, staff only staff', () => {
    const isDesk = ({ path }: Route) => /^\/?_sim(\/|$)/.test(path);
    expect(routes.filter((route) => isDesk(route) !== (route.access?.who === 'desk')).map(nameOf)).toEqual([]);
    expect(routes.filter(isDesk).length).toBeGreaterThan(10);
  });
});

describe('the rights matrix', () => {
  it('has no right that opens nothing', () => {
    const opening = routes.flatMap(({ access }) => (access?.who === 'staff' ? [access.right] : []));
    // A right within a route: whether the answer holds more.
    const asked = sources('src').flatMap(({ text }) => [...text.matchAll(/roleHas\([\w.]+, '([\w.-]+)'\)/g)].map(([, right]) => right));
    const used = new Set<string | undefined>([...opening, ...asked]);
    expect(Object.keys(RIGHTS).filter((right) => !used.has(right))).toEqual([]);
  });
});

describe('a route that was planted', () => {
  @Controller('v1/planted')
  class PlantedController {
    @Get(':id/secret')
    forgotten(): void {}

    @Post()
    @Public()
    open(): void {}

    @StaffOnly('dossier.view')
    notARoute(): void {}
  }
  const planted = routesOf(PlantedController);

  it('is found with its name, by whatever verb, and what is no route is not', () => {
    expect(planted.map(({ name }) => name)).toEqual(['GET /v1/planted/{id}/secret', 'POST /v1/planted']);
  });

  it('is missed by a table that has no row for it, and so is the route of a row that is left over', () => {
    const rows = routes.map(({ name }) => name);
    expect(mismatch([...routes, ...planted], rows)).toEqual({ rowless: planted.map(({ name }) => name), routeless: [] });
    expect(mismatch(routes.slice(1), rows)).toEqual({ rowless: [], routeless: [routes[0]!.name] });
  });

  it('that forgot to name its callers is told from one that is public', () => {
    expect(planted.map(({ access }) => access?.who)).toEqual([undefined, 'public']);
  });

  it('of staff is shut for all officers until its right is known', () => {
    const route = { template: '/v1/planted', access: 'staff' } as const;
    expect(verdictOf(route, undefined, 'supervisor')).toBe('forbidden');
    expect(verdictOf(route, undefined, 'admin')).toBe('forbidden');
  });
});

describe('the kinds of caller', () => {
  it('each have somebody who checks them', () => {
    const checked = sources('src')
      .filter((source) => !isSpec(source))
      .flatMap(({ text }) => [...text.matchAll(/\.register\('(\w+)'/g)].map(([, kind]) => kind));
    const kinds = new Set(routes.map(({ access }) => access!.who).filter((who) => who !== 'public'));
    expect([...kinds].sort()).toEqual([...new Set(checked)].sort());
  });
});
