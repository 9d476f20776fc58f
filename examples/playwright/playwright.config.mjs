import { defineConfig } from '@playwright/test';

// One intake for all workers. A front end under test is given `workspace.url` as the address of its API.
export default defineConfig({ globalSetup: 'bhxh-intake/testing/setup', workers: 2 });
