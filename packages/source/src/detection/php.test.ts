import { json, testApps } from './test-apps.ts'

testApps([
  [
    'Laravel',
    {
      'composer.json': json({ require: { php: '^8.2', 'laravel/framework': '^11' } }),
      'composer.lock': '',
      artisan: '',
      'public/index.php': '',
      'package.json': '{}',
      'vite.config.js': '',
    },
    {
      kind: 'php',
      version: '8.4',
      recipe: {
        documentRoot: 'public',
        isLaravel: true,
        hasAssets: true,
        extensions: ['bcmath', 'pdo_mysql', 'pdo_pgsql', 'zip'],
      },
      warning: /APP_KEY/,
    },
  ],
  [
    'Symfony',
    {
      'composer.json': json({ require: { 'symfony/framework-bundle': '7.*', 'ext-redis': '*', 'ext-iconv': '*' } }),
      'composer.lock': '',
      'public/index.php': '',
      '.env': 'APP_ENV=dev',
    },
    {
      kind: 'php',
      recipe: { isSymfony: true, environment: { APP_ENV: 'prod' } },
      warning: /asks for ext-redis, which[\s\S]*\.env may be read by the build/,
    },
  ],
  [
    'PHP with packages that lie in the source',
    { 'composer.json': json({ repositories: [{ type: 'path', url: 'packages/*' }] }), 'index.php': '' },
    { kind: 'php', recipe: { needsSourceToInstall: true } },
  ],
  [
    'PHP alone',
    { 'index.php': '' },
    { kind: 'php', recipe: { documentRoot: '', manifests: [] }, start: 'apache2-foreground' },
  ],
])
