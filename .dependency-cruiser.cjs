// The house's walls as checks: `npx depcruise src migrations`. Who may see whom is data: test/house/rooms.json; test/house/arrows.spec.ts
// runs the same in the suite, and finds arrows that nobody uses any more.
const { rooms, simulatorSeenBy, valuesForRules } = require('./test/house/rooms.json');

const COMMANDS = '\\.command\\.ts$';
const escaped = (text) => text.replace(/[.]/g, '\\$&');
const anyOf = (names) => `(${names.map(escaped).join('|')})`;

const walls = Object.entries(rooms).map(([room, seen]) => ({
  name: `room-${room}`,
  comment: `${room} sees ${['platform', ...Object.keys(seen)].join(', ')}, and no other room`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/[^/]+/', pathNot: `^src/${anyOf([room, 'platform', ...Object.keys(seen)])}/` },
}));

module.exports = {
  forbidden: [
    ...walls,
    {
      name: 'simulator-unseen',
      comment: 'nobody sees the simulator, but for what is written down one by one',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/simulator/', ...Object.keys(simulatorSeenBy).map((file) => `^${escaped(file)}$`)] },
      to: { path: '^src/simulator/' },
    },
    ...Object.entries(simulatorSeenBy).map(([file, seen]) => ({
      name: `simulator-seen-by-${file}`,
      comment: 'nobody sees the simulator, but for what is written down one by one',
      severity: 'error',
      from: { path: `^${escaped(file)}$` },
      to: { path: '^src/simulator/', pathNot: `^${anyOf(Object.keys(seen))}$` },
    })),
    {
      name: 'rooms-see-no-composition',
      comment: 'the files that put the rooms together are seen by each other and by commands',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: COMMANDS },
      to: { path: ['^src/[^/]+\\.ts$', '^migrations/'] },
    },
    {
      name: 'kit-stands-alone',
      comment: 'the kit is loaded by other teams’ test runners, as CommonJS: it knows the service over HTTP, and not even the platform',
      severity: 'error',
      from: { path: '^src/testing/' },
      to: { path: '^(src|migrations)/', pathNot: '^src/testing/' },
    },
    { name: 'commands-unseen', comment: 'a command is run, not imported', severity: 'error', from: {}, to: { path: COMMANDS } },
    {
      name: 'no-circle',
      comment: 'relations and services point one way; under ESM a circle crashes by import order',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-barrel',
      comment: 'an import names the file that it means',
      severity: 'error',
      from: {},
      to: { path: '(^|/)index\\.ts$', pathNot: '^migrations/' },
    },
    {
      name: 'migrations-stand-alone',
      comment: 'what has run once must not change with the code',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^src/' },
    },
    {
      name: 'controllers-unseen',
      comment: 'a controller is a door: only its module knows it',
      severity: 'error',
      from: { pathNot: '\\.module\\.ts$' },
      to: { path: '\\.controller\\.ts$' },
    },
    {
      name: 'controllers-use-services',
      comment: 'controller → service → store → entity',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.(store|entity)\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'services-know-no-door',
      comment: 'controller → service → store → entity',
      severity: 'error',
      from: { path: '\\.(service|store|entity)\\.ts$' },
      to: { path: '\\.(controller|module|dto)\\.ts$' },
    },
    {
      name: 'stores-know-no-service',
      comment: 'controller → service → store → entity',
      severity: 'error',
      from: { path: '\\.(store|entity)\\.ts$' },
      to: { path: '\\.service\\.ts$' },
    },
    {
      name: 'entities-see-entities',
      comment: 'an entity is a table and knows only other tables',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { path: '^src/', pathNot: '\\.entity\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'rules-are-pure',
      comment: 'a rule imports types, other rules, and the tables and pure functions that are written down',
      severity: 'error',
      from: { path: '\\.rule\\.ts$' },
      to: {
        pathNot: ['\\.rule\\.ts$', ...Object.keys(valuesForRules).map((value) => `(^|/)${escaped(value)}($|/)`)],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-unlisted-package',
      comment: 'what runs is listed under dependencies',
      severity: 'error',
      from: { path: '^(src|migrations)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'resolvable', comment: 'every import leads somewhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'require', 'default'] },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
