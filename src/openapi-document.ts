import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

import { REFUSALS, STATUS_OF_KIND, type RefusalCode } from './platform/refusal-catalogue.ts';
import { FAULTS } from './platform/http/fault-catalogue.ts';

const DESCRIPTION = `
**Tiếng Việt.** Mô phỏng trung thực cách cơ quan BHXH tiếp nhận đăng ký tài khoản VssID: tờ khai và ba ảnh → số hồ sơ → xác minh tại quầy → tài khoản qua SMS.
Mọi dữ liệu đều là giả lập.

**English.** A truthful simulation of how Vietnam Social Security takes in registrations for the VssID app: a declaration with three photos → a dossier number →
verification at the counter → an account by SMS. All data is invented.

Errors are RFC 9457 problem documents (\`application/problem+json\`); \`code\` is stable, texts come in Vietnamese or, with \`Accept-Language: en\`, in English.
`;

/** The API document, made from the code and completed with what holds for every route. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('bhxh-intake')
    .setDescription(DESCRIPTION.trim())
    .setVersion('1')
    .setOpenAPIVersion('3.0.3')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Mã bản nháp · Draft token' }, 'draftToken')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Mã tra cứu · Tracking code' }, 'trackingCode')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Phiên công dân · Citizen session' }, 'citizen')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Phiên cán bộ · Staff session' }, 'staff')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Problem: PROBLEM };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as Record<string, { responses: Record<string, unknown> }>))
      operation.responses.default = ANY_PROBLEM;
  }
  return document;
}

const ANY_PROBLEM = {
  description: 'Lỗi khác · Any other problem (400, 401, 404, 405, 406, 413, 415, 422, 429, 503)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

type SchemaObject = Exclude<NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string], { $ref: string }>;

const PROBLEM: SchemaObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', example: '/problems/validation-failed' },
    title: { type: 'string' },
    status: {
      anyOf: [
        { type: 'integer', enum: [...new Set([500, ...Object.values(STATUS_OF_KIND)])].sort() },
        { type: 'integer', minimum: 500, maximum: 599, description: 'Lỗi giả lập · A fault that the desk was asked for' },
      ],
    },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Request id' },
    code: { type: 'string', enum: [...(Object.keys(REFUSALS) as RefusalCode[]), 'internal-error'].sort() },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: { type: 'string', example: '/phone' },
          code: { type: 'string', description: `Usually one of: ${Object.keys(FAULTS).join(', ')}`, example: 'phone-landline' },
          message: { type: 'string' },
        },
      },
    },
    header: { type: 'string', description: 'The header that is missing or wrong', example: 'Upload-Length' },
    state: { type: 'string' },
    allowedActions: { type: 'array', items: { type: 'string' }, description: 'What whoever is refused may do now' },
    heldBy: {
      type: 'object',
      required: ['name', 'officeCode', 'since', 'until'],
      properties: {
        name: { type: 'string' },
        officeCode: { type: 'string' },
        since: { type: 'string', format: 'date-time' },
        until: { type: 'string', format: 'date-time' },
      },
    },
    decidedBy: {
      type: 'object',
      required: ['officeCode', 'at'],
      properties: { officeCode: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
    },
    missing: { type: 'array', items: { type: 'string' } },
    expected: { type: 'integer', description: 'How many requests there were to be' },
    found: { type: 'integer' },
    overall: { type: 'number', description: 'The share that was touched, 0 to 1' },
    threshold: { type: 'number' },
    differences: { type: 'array', items: { type: 'string' } },
    instead: { type: 'array', items: { type: 'object' } },
    run: { type: 'string', format: 'uuid' },
  },
};
