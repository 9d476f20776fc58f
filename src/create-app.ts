import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { AppModule, type Assembly } from './app.module.ts';
import { openApiDocument } from './openapi-document.ts';
import { configureHttp } from './platform/http/configure-http.ts';
import { prepareJson, sendPrepared } from './platform/http/prepared-json.ts';
import { NestLog } from './platform/log.ts';

/** The whole application, ready to listen. */
export async function createApp(assembly: Assembly): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(assembly), {
    logger: new NestLog(),
    bodyParser: false,
    abortOnError: false,
  });
  configureHttp(app, assembly.environment);
  const document = openApiDocument(app);
  const prepared = prepareJson(document);
  app
    .getHttpAdapter()
    .getInstance()
    .get('/openapi.json', (_request, response) => sendPrepared(response, prepared, 'public, max-age=60'));
  SwaggerModule.setup('docs', app, document, { customSiteTitle: 'bhxh-intake · API', raw: false });
  await app.init();
  return app;
}
