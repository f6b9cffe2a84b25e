import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectSource } from './detect-source.ts'
import type { Recipe } from './recipe.ts'
import { memoryView } from './source-view.ts'

type Files = Record<string, string>
const json = (value: unknown) => JSON.stringify(value)

async function detect(files: Files) {
  const { services } = await detectSource(memoryView(files))
  const [service] = services
  assert.ok(service?.build.kind === 'recipe')
  return { ...service, recipe: service.build.detected.recipe }
}

/** What a table of apps says of each: only what is named is looked at. */
type Expected = {
  kind: Recipe['kind']
  start?: string
  port?: number
  version?: string
  words?: RegExp
  recipe?: object
  warning?: RegExp
}

const node = (manifest: object, files: Files = {}): Files => ({ 'package.json': json(manifest), ...files })
const deps = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '1']))
const lock = { 'package-lock.json': '{}' }

const apps: [string, Files, Expected][] = [
  // Node
  [
    'Express with a start script',
    node(
      { scripts: { start: 'node server.js' }, dependencies: deps('express') },
      { ...lock, 'server.js': 'app.listen(4000)' },
    ),
    {
      kind: 'node',
      start: 'node server.js',
      port: 4000,
      version: '26',
      words: /express.*npm, started by script "start"/,
    },
  ],
  [
    'a script with settings',
    node({ scripts: { start: 'PORT=1 NODE_ENV=x node a.js' } }),
    {
      kind: 'node',
      start: 'node a.js',
      port: 1,
      recipe: { environment: { NODE_ENV: 'x', PORT: '1' } },
    },
  ],
  [
    'a script of several commands',
    node({ scripts: { start: 'node a.js && node b.js' } }),
    { kind: 'node', start: 'npm run start' },
  ],
  [
    'a script with one before it',
    node({ scripts: { start: 'node a.js', prestart: 'x' } }),
    { kind: 'node', start: 'npm run start' },
  ],
  [
    'main alone',
    node({ main: './lib/x.js' }, { 'lib/x.js': '' }),
    { kind: 'node', start: 'node lib/x.js', port: 3000 },
  ],
  [
    'a file in TypeScript',
    node({}, { 'server.ts': 'const port = process.env.PORT ?? 4321' }),
    { kind: 'node', start: 'node server.ts', port: 4321 },
  ],
  [
    'a Procfile',
    node({}, { Procfile: 'worker: x\nweb: node web.js --port 7000\n' }),
    { kind: 'node', start: 'node web.js --port 7000', port: 7000 },
  ],
  [
    'pnpm by its lockfile',
    node({ main: 'a.js' }, { 'a.js': '', 'pnpm-lock.yaml': "lockfileVersion: '6.0'" }),
    {
      kind: 'node',
      recipe: {
        packageManager: { name: 'pnpm', version: '8', hasLockfile: true },
        manifests: ['package.json', 'pnpm-lock.yaml'],
      },
    },
  ],
  [
    'pnpm by packageManager',
    node({ main: 'a.js', packageManager: 'pnpm@9.1.0+sha512.abc' }, { 'a.js': '' }),
    {
      kind: 'node',
      recipe: { packageManager: { name: 'pnpm', version: '9.1.0', hasLockfile: false } },
      warning: /no lockfile of pnpm/,
    },
  ],
  [
    'yarn classic',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '# yarn lockfile v1' }),
    {
      kind: 'node',
      recipe: { packageManager: { name: 'yarn', version: '1.22.22', hasLockfile: true } },
    },
  ],
  [
    'yarn of today',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '__metadata:\n', '.yarn/releases/yarn-4.cjs': '' }),
    {
      kind: 'node',
      recipe: {
        packageManager: { name: 'yarn', version: '4', hasLockfile: true },
        manifests: ['package.json', 'yarn.lock', '.yarn'],
      },
    },
  ],
  [
    'two lockfiles',
    node({ main: 'a.js' }, { 'a.js': '', 'yarn.lock': '', ...lock }),
    { kind: 'node', warning: /several package managers/ },
  ],
  [
    'workspaces',
    node({ main: 'a.js', workspaces: ['packages/*'] }, { ...lock, 'a.js': '', 'packages/b/package.json': '{}' }),
    {
      kind: 'node',
      recipe: { manifests: ['package.json', 'package-lock.json', 'packages/b/package.json'] },
    },
  ],
  ['engines', node({ main: 'a.js', engines: { node: '>=18 <21' } }, { 'a.js': '' }), { kind: 'node', version: '20' }],
  [
    'an exact version',
    node({ main: 'a.js' }, { 'a.js': '', '.nvmrc': 'v22.3.0\n' }),
    { kind: 'node', version: '22.3.0' },
  ],
  [
    'a version by its name',
    node({ main: 'a.js' }, { 'a.js': '', '.nvmrc': 'lts/jod' }),
    { kind: 'node', version: '22' },
  ],
  [
    '.tool-versions',
    node({ main: 'a.js' }, { 'a.js': '', '.tool-versions': 'ruby 3\nnodejs 24.1\n' }),
    { kind: 'node', version: '24' },
  ],
  [
    'a version that there is none of',
    node({ main: 'a.js', engines: { node: '12' } }, { 'a.js': '' }),
    { kind: 'node', version: '12', warning: /no image is known/ },
  ],
  [
    'install scripts',
    node({ main: 'a.js', scripts: { postinstall: 'prisma generate' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { needsSourceToInstall: true } },
  ],
  [
    'a hook for those who work on it',
    node({ main: 'a.js', scripts: { prepare: 'husky' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { needsSourceToInstall: false } },
  ],
  [
    'packages to compile',
    node({ main: 'a.js', dependencies: deps('bcrypt') }, { 'a.js': '' }),
    { kind: 'node', recipe: { buildPackages: ['g++', 'make', 'python3'] } },
  ],
  [
    'packages from git',
    node({ main: 'a.js', dependencies: { a: 'github:b/a' } }, { 'a.js': '' }),
    { kind: 'node', recipe: { buildPackages: ['ca-certificates', 'git'] } },
  ],
  [
    'a starter that is a development package',
    node({ scripts: { start: 'tsx src/a.ts' }, devDependencies: deps('tsx') }),
    {
      kind: 'node',
      start: 'tsx src/a.ts',
      recipe: { keepsDevelopmentPackages: true },
      warning: /started by tsx, a development package/,
    },
  ],
  [
    'Next.js',
    node({ scripts: { build: 'next build', start: 'next start -p 4000' }, dependencies: deps('next') }),
    { kind: 'node', start: 'next start -p 4000', port: 4000, words: /Next\.js/ },
  ],
  [
    'Next.js, standalone',
    node(
      { scripts: { build: 'next build' }, dependencies: deps('next') },
      { 'next.config.mjs': "output: 'standalone'", 'public/a': '' },
    ),
    {
      kind: 'node',
      start: 'node server.js',
      recipe: {
        serverOutput: [
          { from: '.next/standalone', to: '.' },
          { from: '.next/static', to: '.next/static' },
          { from: 'public', to: 'public' },
        ],
      },
    },
  ],
  [
    'Next.js, exported',
    node(
      {
        scripts: { build: 'next build', start: 'next start' },
        dependencies: deps('next'),
      },
      { 'next.config.js': 'output: "export"' },
    ),
    { kind: 'node', recipe: { staticOutput: { folder: 'out', isSinglePage: false } } },
  ],
  [
    'Nuxt',
    node({ scripts: { build: 'nuxt build', dev: 'nuxt dev' }, dependencies: deps('nuxt') }),
    {
      kind: 'node',
      start: 'node .output/server/index.mjs',
      recipe: { serverOutput: [{ from: '.output', to: '.output' }] },
    },
  ],
  [
    'Remix',
    node({
      scripts: { build: 'remix vite:build', start: 'remix-serve ./build/server/index.js' },
      dependencies: deps('@remix-run/serve'),
      devDependencies: deps('vite'),
    }),
    { kind: 'node', start: 'remix-serve ./build/server/index.js' },
  ],
  [
    'SvelteKit with a server',
    node({
      scripts: { build: 'vite build' },
      devDependencies: deps('@sveltejs/kit', '@sveltejs/adapter-node', 'vite'),
    }),
    { kind: 'node', start: 'node build' },
  ],
  [
    'SvelteKit without one',
    node({ scripts: { build: 'vite build' }, devDependencies: deps('@sveltejs/kit') }),
    { kind: 'node', warning: /adapter-node/ },
  ],
  [
    'SvelteKit of pages',
    node({ scripts: { build: 'vite build' }, devDependencies: deps('@sveltejs/kit', '@sveltejs/adapter-static') }),
    { kind: 'node', recipe: { staticOutput: { folder: 'build', isSinglePage: false } } },
  ],
  [
    'Astro',
    node({ scripts: { build: 'astro build', start: 'astro dev' }, dependencies: deps('astro') }),
    { kind: 'node', port: 8080, recipe: { staticOutput: { folder: 'dist', isSinglePage: false } } },
  ],
  [
    'Astro with a server',
    node({ scripts: { build: 'astro build' }, dependencies: deps('astro', '@astrojs/node') }),
    { kind: 'node', start: 'node dist/server/entry.mjs', port: 4321 },
  ],
  [
    'Vite',
    node(
      { scripts: { build: 'vite build', dev: 'vite', start: 'vite' }, devDependencies: deps('vite') },
      { 'vite.config.ts': "build: { outDir: 'out' }", 'index.html': '', 'src/main.js': '' },
    ),
    {
      kind: 'node',
      recipe: { staticOutput: { folder: 'out', isSinglePage: true }, buildCommand: 'npm run build' },
      words: /Vite .* built into out, served by nginx/,
    },
  ],
  [
    'Vite beside a server',
    node({
      scripts: { build: 'vite build', start: 'node server.js' },
      dependencies: deps('express'),
      devDependencies: deps('vite'),
    }),
    { kind: 'node', start: 'node server.js', recipe: { staticOutput: null } },
  ],
  [
    'Create React App',
    node({
      scripts: { build: 'react-scripts build', start: 'react-scripts start' },
      dependencies: deps('react-scripts'),
    }),
    { kind: 'node', recipe: { staticOutput: { folder: 'build', isSinglePage: true } } },
  ],
  [
    'Angular',
    node(
      { scripts: { build: 'ng build', start: 'ng serve' }, devDependencies: deps('@angular/cli') },
      {
        'angular.json': json({
          projects: { shop: { architect: { build: { builder: '@angular/build:application', options: {} } } } },
        }),
      },
    ),
    { kind: 'node', recipe: { staticOutput: { folder: 'dist/shop/browser', isSinglePage: true } } },
  ],
  [
    'NestJS',
    node(
      {
        scripts: { build: 'nest build', start: 'nest start', 'start:prod': 'node dist/main' },
        dependencies: deps('@nestjs/core'),
        devDependencies: deps('@nestjs/cli'),
      },
      { 'src/main.ts': 'app.listen(process.env.PORT ?? 3333)' },
    ),
    { kind: 'node', start: 'node dist/main', port: 3333 },
  ],

  // Python
  [
    'Flask',
    { 'requirements.txt': 'Flask==3.0\n', 'app.py': 'app = Flask(__name__)' },
    {
      kind: 'python',
      start: 'gunicorn app:app',
      port: 8000,
      version: '3.13',
      recipe: { installer: 'pip', addedPackages: ['gunicorn'] },
      words: /Python Flask \(requirements\.txt\), started by app in app\.py/,
    },
  ],
  [
    'Flask with a factory',
    {
      'requirements.txt': 'flask\ngunicorn',
      'shop/__init__.py': 'def create_app():\n  app = 1\n  x = Flask(__name__)',
    },
    {
      kind: 'python',
      start: 'gunicorn shop:create_app()',
      recipe: { addedPackages: [] },
      warning: /leaves versions open/,
    },
  ],
  [
    'FastAPI',
    {
      'requirements.txt': 'fastapi[standard]>=0.1\nuvicorn==1\n',
      'app/main.py': 'import x\napi: FastAPI = FastAPI(\n)',
    },
    { kind: 'python', start: 'uvicorn app.main:api --host 0.0.0.0 --port 8000' },
  ],
  [
    'FastAPI in src',
    {
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["fastapi"]\n',
      'uv.lock': '',
      'src/shop/web.py': 'app = FastAPI()',
    },
    {
      kind: 'python',
      start: 'uvicorn shop.web:app --host 0.0.0.0 --port 8000',
      recipe: { installer: 'uv', environment: { PYTHONPATH: '/app/src' }, manifests: ['pyproject.toml', 'uv.lock'] },
    },
  ],
  [
    'Django',
    {
      'requirements.txt': 'django==5\nwhitenoise==6\ngunicorn==1\npsycopg2==2',
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.dev')",
      'shop/wsgi.py': '',
    },
    {
      kind: 'python',
      start: 'gunicorn shop.wsgi:application',
      recipe: { collectsStatic: true, runPackages: ['libpq5'], buildPackages: ['gcc', 'libc6-dev', 'libpq-dev'] },
    },
  ],
  [
    'Django in a folder',
    {
      'requirements.txt': 'django',
      'web/manage.py': "'DJANGO_SETTINGS_MODULE', 'shop.settings'",
      'web/shop/wsgi.py': '',
    },
    { kind: 'python', start: 'gunicorn --chdir web shop.wsgi:application', warning: /whitenoise/ },
  ],
  [
    'Poetry',
    { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"', 'poetry.lock': '', 'main.py': '' },
    { kind: 'python', start: 'python main.py', version: '3.13', recipe: { installer: 'poetry' } },
  ],
  [
    'PDM',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<3.12"', 'pdm.lock': '', 'main.py': '' },
    { kind: 'python', version: '3.11', recipe: { installer: 'pdm' } },
  ],
  [
    'Pipenv',
    { Pipfile: '[packages]\nflask = "*"\n[requires]\npython_version = "3.12"', 'app.py': 'app = Flask(x)' },
    { kind: 'python', version: '3.12', recipe: { installer: 'pipenv' }, warning: /no Pipfile\.lock/ },
  ],
  [
    'a project without a lock',
    { 'pyproject.toml': '[project]\nname="x"\n[build-system]\nrequires = ["hatchling"]', 'main.py': '' },
    { kind: 'python', recipe: { installer: 'project', needsSourceToInstall: true } },
  ],
  [
    'an app that is no package, and so nothing that can be installed',
    { 'pyproject.toml': '[project]\nname="x"\ndependencies = ["fastapi"]', 'shop/main.py': 'app = FastAPI()' },
    { kind: 'python', recipe: { installer: 'dependencies', needsSourceToInstall: false, addedPackages: ['uvicorn'] } },
  ],
  [
    'the same for a Python that reads no TOML',
    { 'pyproject.toml': '[project]\nname="x"\nrequires-python = "<3.11"\ndependencies = []', 'main.py': '' },
    { kind: 'python', version: '3.10', recipe: { installer: 'project', needsSourceToInstall: true } },
  ],
  [
    'wheels that lie in the source',
    {
      'requirements.txt': '--no-index\n--find-links ./wheels/\nflask==3\n./own/shop-1.0-py3-none-any.whl',
      'wheels/flask-3-py3-none-any.whl': '',
      'own/shop-1.0-py3-none-any.whl': '',
      'main.py': '',
    },
    {
      kind: 'python',
      recipe: {
        needsSourceToInstall: false,
        manifests: ['requirements.txt', 'own/shop-1.0-py3-none-any.whl'],
        packageFolders: ['wheels'],
      },
    },
  ],
  [
    'wheels that lie elsewhere',
    { 'requirements.txt': '--find-links https://wheels.example.org\nflask==3', 'main.py': '' },
    { kind: 'python', recipe: { needsSourceToInstall: false } },
  ],
  [
    'settings of tools alone',
    { 'pyproject.toml': '[tool.ruff]', 'requirements.txt': 'x==1', 'main.py': '' },
    { kind: 'python', recipe: { installer: 'pip' } },
  ],
  [
    'requirements of several files',
    { 'requirements.txt': '-r base.txt\n-e .\n', 'base.txt': 'flask==1', 'main.py': '' },
    { kind: 'python', recipe: { manifests: ['requirements.txt', 'base.txt'], needsSourceToInstall: true } },
  ],
  [
    'files alone',
    { 'main.py': '' },
    { kind: 'python', start: 'python main.py', recipe: { installer: 'none' }, warning: /none are installed/ },
  ],
  [
    'a Procfile with a port',
    { 'requirements.txt': 'x==1', Procfile: 'web: gunicorn a:b --bind 0.0.0.0:$PORT' },
    { kind: 'python', start: 'sh -c exec gunicorn a:b --bind 0.0.0.0:$PORT' },
  ],
  [
    'Streamlit',
    { 'requirements.txt': 'streamlit==1', 'app.py': '' },
    { kind: 'python', port: 8501, start: 'streamlit run app.py --server.address=0.0.0.0 --server.port=8501' },
  ],
  ['a version in a file', { 'main.py': '', '.python-version': '3.11\n' }, { kind: 'python', version: '3.11' }],

  [
    'a workspace of Python beside an app',
    {
      'pyproject.toml': '[tool.uv.workspace]\nmembers = ["api"]',
      'uv.lock': '',
      'api/main.py': 'app = FastAPI()',
      'index.html': '',
    },
    { kind: 'static' },
  ],
  // Go
  [
    'Go in the root',
    {
      'go.mod': 'module x.org/shop\n\ngo 1.22\n',
      'go.sum': '',
      'main.go': 'package main\nhttp.ListenAndServe(":9000", nil)',
    },
    {
      kind: 'go',
      port: 9000,
      version: '1.26',
      recipe: { package: '.', manifests: ['go.mod', 'go.sum'], needsC: false },
    },
  ],
  [
    'Go in cmd',
    {
      'go.mod': 'module x.org/shop',
      'cmd/tool/main.go': 'package main',
      'cmd/shop/main.go': 'package main',
      'lib.go': 'package shop',
    },
    { kind: 'go', recipe: { package: './cmd/shop' }, warning: /other programs too \(\.\/cmd\/tool\)/ },
  ],
  [
    'Go with C',
    { 'go.mod': 'module a\nrequire github.com/mattn/go-sqlite3 v1', 'main.go': 'package main' },
    { kind: 'go', recipe: { needsC: true } },
  ],
  [
    'Go with modules of its own, and one that only makes its sources',
    {
      'go.mod': 'module x.org/shop/v2\nrequire x.org/lib v0.0.0\nreplace x.org/lib => ./lib\n',
      'lib/go.mod': 'module x.org/lib',
      'lib/gen.go': '//go:build ignore\n\npackage main',
      'cmd/other/main.go': 'package main',
      'cmd/shop/main.go': 'package main',
    },
    { kind: 'go', recipe: { manifests: ['go.mod', 'lib/go.mod'], package: './cmd/shop' } },
  ],
  [
    'Go of the future',
    { 'go.mod': 'module a\n\ngo 1.40.1\n', 'main.go': 'package main' },
    { kind: 'go', version: '1.40.1' },
  ],

  // Java
  [
    'Spring Boot with Maven',
    {
      'pom.xml': '<artifactId>spring-boot-starter-parent</artifactId><java.version>17</java.version>',
      mvnw: '',
      '.mvn/wrapper/maven-wrapper.properties': '',
      'src/main/resources/application.properties': `server.port=\${PORT:9090}`,
    },
    {
      kind: 'java',
      version: '17',
      port: 9090,
      recipe: {
        tool: 'maven',
        hasWrapper: true,
        environment: { SERVER_PORT: '9090' },
        manifests: ['pom.xml', 'mvnw', '.mvn'],
      },
      words: /Spring Boot \(pom\.xml\), built by maven through its wrapper/,
    },
  ],
  [
    'Gradle',
    { 'build.gradle.kts': 'jvmToolchain { JavaLanguageVersion.of(11) }' },
    {
      kind: 'java',
      version: '11',
      recipe: { tool: 'gradle', hasWrapper: false },
      warning: /one jar that runs by itself/,
    },
  ],
  [
    'Quarkus',
    { 'pom.xml': '<groupId>io.quarkus.platform</groupId>' },
    { kind: 'java', recipe: { isQuarkus: true, environment: { QUARKUS_HTTP_PORT: '8080' } } },
  ],
  [
    'several modules',
    { 'pom.xml': '', 'web/pom.xml': '' },
    { kind: 'java', version: '21', recipe: { isSingleModule: false } },
  ],

  [
    'what Gradle makes by itself: an app in a folder, and nothing but settings in the root',
    {
      'settings.gradle.kts': 'include("app")',
      'app/build.gradle.kts':
        'plugins {\n    application\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(17) } }\napplication { mainClass = "org.example.App" }',
      gradlew: '',
      'gradle/wrapper/gradle-wrapper.jar': '',
    },
    {
      kind: 'java',
      version: '17',
      start: 'java -XX:MaxRAMPercentage=75 -cp lib/* org.example.App',
      recipe: { hasWrapper: true },
    },
  ],
  [
    'a wrapper of Gradle without its jar, which does nothing',
    { 'build.gradle': '', gradlew: '', 'gradle/wrapper/gradle-wrapper.properties': '' },
    { kind: 'java', recipe: { hasWrapper: false } },
  ],
  [
    'an old Gradle, which no new Java runs',
    {
      'build.gradle': '',
      gradlew: '',
      'gradle/wrapper/gradle-wrapper.jar': '',
      'gradle/wrapper/gradle-wrapper.properties':
        'distributionUrl=https://services.gradle.org/distributions/gradle-7.6.1-bin.zip',
    },
    { kind: 'java', version: '17' },
  ],
  [
    'scripts and locks of Gradle beside the build file',
    { 'build.gradle': '', 'shared.gradle': '', 'gradle.lockfile': '', 'gradle/a.gradle': '', 'build/b.gradle': '' },
    { kind: 'java', recipe: { manifests: ['build.gradle', 'shared.gradle', 'gradle.lockfile', 'gradle'] } },
  ],
  [
    'settings of Maven without a wrapper',
    { 'pom.xml': '', '.mvn/maven.config': '' },
    { kind: 'java', recipe: { manifests: ['pom.xml', '.mvn'] } },
  ],

  // PHP
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

  // Ruby
  [
    'Rails',
    {
      Gemfile: "ruby '3.3.1'\ngem 'rails'\ngem \"pg\"\ngem 'propshaft'",
      'Gemfile.lock': '',
      'config/application.rb': '',
    },
    {
      kind: 'ruby',
      version: '3.3.1',
      port: 3000,
      start: 'bundle exec rails server -b 0.0.0.0',
      recipe: { precompilesAssets: true, runPackages: ['libpq5'] },
      warning: /SECRET_KEY_BASE/,
    },
  ],
  [
    'Rack',
    { Gemfile: "gem 'sinatra'\ngem 'puma'", 'config.ru': '' },
    { kind: 'ruby', start: 'bundle exec puma --port 9292', port: 9292, warning: /no Gemfile\.lock/ },
  ],

  [
    'Rack without Puma, with its gems in the source',
    {
      Gemfile: "ruby '>= 3.2', '< 3.4'\ngem 'rack'",
      'Gemfile.lock': 'PLATFORMS\n  x86_64-linux\n',
      'config.ru': '',
      'vendor/cache/rack-3.gem': '',
    },
    {
      kind: 'ruby',
      version: '3.3',
      start: 'bundle exec rackup --host 0.0.0.0 --port 9292',
      recipe: { manifests: ['Gemfile', 'Gemfile.lock', 'vendor/cache'], needsSourceToInstall: false },
    },
  ],
  [
    'gems by their path, locked on a Mac',
    {
      Gemfile: "gem 'greet', path: 'gems/greet'",
      'Gemfile.lock': 'PLATFORMS\n  arm64-darwin-24\n\nDEPENDENCIES\n',
      'app.rb': '',
    },
    { kind: 'ruby', recipe: { needsSourceToInstall: true }, warning: /knows no gems for Linux/ },
  ],

  // Rust
  [
    'Rust',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'Cargo.lock': 'name = "openssl-sys"',
      'src/main.rs': 'bind("0.0.0.0:3030")',
    },
    { kind: 'rust', port: 3030, version: '1', recipe: { binary: 'shop', isPlain: true, runPackages: ['libssl3'] } },
  ],
  [
    'a workspace of Rust',
    {
      'Cargo.toml': '[workspace]\nmembers = ["a", "b"]',
      'a/Cargo.toml': '[package]\nname = "lib"',
      'b/Cargo.toml': '[package]\nname = "srv"',
      'b/src/main.rs': '',
    },
    { kind: 'rust', recipe: { binary: 'srv', isPlain: false }, warning: /no Cargo\.lock/ },
  ],
  [
    'Rust whose crates lie in the source',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'Cargo.lock': '',
      'rust-toolchain.toml': '[toolchain]\nchannel = "stable"',
      'src/main.rs': '',
      'vendor/serde/Cargo.toml': '[package]\nname = "serde"',
      '.cargo/config.toml': '',
    },
    {
      kind: 'rust',
      recipe: { isPlain: true, manifests: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo', 'vendor'] },
    },
  ],
  [
    'Rust that needs a neighbour',
    {
      'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nlib = { path = "lib" }',
      'src/main.rs': '',
      'lib/Cargo.toml': '[package]\nname = "lib"',
    },
    { kind: 'rust', recipe: { isPlain: false } },
  ],
  [
    'Rust that is measured by a file of its own',
    { 'Cargo.toml': '[package]\nname = "shop"\n[[bench]]\nname = "speed"', 'src/main.rs': '', 'benches/speed.rs': '' },
    { kind: 'rust', recipe: { isPlain: false } },
  ],
  [
    'Rust with its address in numbers, in another file',
    {
      'Cargo.toml': '[package]\nname = "shop"',
      'src/main.rs': 'mod server;',
      'src/server.rs': 'SocketAddr::from(([0, 0, 0, 0], 3210))',
    },
    { kind: 'rust', port: 3210 },
  ],
  [
    'Rocket',
    { 'Cargo.toml': '[package]\nname = "shop"\n[dependencies]\nrocket = "0.5"', 'src/main.rs': '' },
    { kind: 'rust', recipe: { environment: { ROCKET_ADDRESS: '0.0.0.0', ROCKET_PORT: '8080' } } },
  ],
  [
    'Rust with several programs',
    { 'Cargo.toml': '[package]\nname = "a"\ndefault-run = "web"', 'src/main.rs': '', 'src/bin/web.rs': '' },
    { kind: 'rust', recipe: { binary: 'web' } },
  ],

  // .NET
  [
    '.NET',
    {
      'src/Web/Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"><TargetFramework>net8.0</TargetFramework>',
      'src/Lib/Lib.csproj': '<Project Sdk="Microsoft.NET.Sdk">',
      'tests/Web.Tests/Web.Tests.csproj': 'Sdk="Microsoft.NET.Sdk.Web"',
    },
    {
      kind: 'dotnet',
      version: '8.0',
      start: 'dotnet Web.dll',
      recipe: { project: 'src/Web/Web.csproj', isWeb: true, environment: { ASPNETCORE_HTTP_PORTS: '8080' } },
    },
  ],

  [
    '.NET with an SDK of its own',
    { 'Web.csproj': '<TargetFramework>net8.0<', 'global.json': json({ sdk: { version: '9.0.203' } }) },
    { kind: 'dotnet', version: '8.0', recipe: { version: '8.0', sdk: '9.0.203' } },
  ],
  [
    '.NET with any SDK from one on',
    {
      'Web.csproj': '<TargetFramework>net10.0<',
      'global.json': json({ sdk: { version: '8.0.100', rollForward: 'latestMajor' } }),
    },
    { kind: 'dotnet', recipe: { version: '10.0', sdk: '10.0' } },
  ],

  [
    '.NET of an older version, with what all its projects share',
    {
      'Directory.Build.props':
        '<TargetFramework>net6.0</TargetFramework><AssemblyName>Acme.$(MSBuildProjectName)</AssemblyName>',
      'src/Contest/Contest.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'src/build/Common.props': '',
      'nuget.config': '',
      'feed/greet.1.0.nupkg': '',
      'src/Contest/obj/Contest.csproj.nuget.g.props': '',
    },
    {
      kind: 'dotnet',
      version: '6.0',
      start: 'dotnet Acme.Contest.dll',
      recipe: {
        environment: { ASPNETCORE_URLS: 'http://+:8080' },
        manifests: [
          'Directory.Build.props',
          'nuget.config',
          'feed/greet.1.0.nupkg',
          'src/Contest/Contest.csproj',
          'src/build/Common.props',
        ],
      },
    },
  ],
  [
    'a .NET app with pages for browsers beside it',
    {
      'Client/Client.csproj': '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly">',
      'Server/Server.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'ServerTests/ServerTests.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
    },
    { kind: 'dotnet', start: 'dotnet Server.dll' },
  ],
  [
    'a worker of .NET',
    {
      'Jobs.csproj': '<Project Sdk="Microsoft.NET.Sdk.Worker">',
      'Lib/Lib.csproj': '<Project Sdk="Microsoft.NET.Sdk">',
    },
    { kind: 'dotnet', start: 'dotnet Jobs.dll', recipe: { isWeb: false, environment: {} } },
  ],
  [
    'a .NET app that names its address itself',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'Program.cs': 'builder.WebHost.UseUrls("http://localhost:5000")',
    },
    { kind: 'dotnet', warning: /names the address that it listens on itself/ },
  ],
  [
    'a .NET app that listens for everybody on a port of its own',
    {
      'src/Web/Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'src/Web/Program.cs': 'options.Listen(IPAddress.Any, 5000);\n// builder.UseUrls("http://localhost:1")',
    },
    { kind: 'dotnet', port: 5000, recipe: { environment: { ASPNETCORE_HTTP_PORTS: '5000' } } },
  ],
  [
    'a .NET app with an address in its settings',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'appsettings.json': '{ "Kestrel": { "Endpoints": { "Http": { "Url": "http://*:5001" } } } }',
    },
    { kind: 'dotnet', port: 5001 },
  ],
  [
    'a .NET app that makes its address of the port that it is told',
    {
      'Web.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web">',
      'Program.cs': 'var port = Environment.GetEnvironmentVariable("PORT") ?? "5000"; web.UseUrls("http://*:" + port)',
    },
    { kind: 'dotnet', port: 8080 },
  ],
  [
    'a property of .NET that is made of itself many times',
    {
      'Web.csproj': `<Project Sdk="Microsoft.NET.Sdk.Web"><AssemblyName>${'$(AssemblyName)'.repeat(1000)}</AssemblyName>`,
    },
    { kind: 'dotnet' },
  ],
  ['.NET that is no program', { 'Lib.csproj': '' }, { kind: 'dotnet', warning: /Nothing in Lib\.csproj says/ }],

  // Static
  [
    'pages',
    { 'index.html': '', 'style.css': '' },
    { kind: 'static', port: 8080, recipe: { output: { folder: '.', isSinglePage: false } } },
  ],
  [
    'pages in a folder',
    { 'public/index.html': '', 'README.md': '' },
    { kind: 'static', recipe: { output: { folder: 'public', isSinglePage: false } } },
  ],
]

for (const [what, files, expected] of apps) {
  test(`knows ${what}`, async () => {
    const { kind, startCommand, port, versions, reason, warnings, recipe } = await detect(files)
    assert.equal(kind, expected.kind)
    if (expected.start !== undefined) assert.equal(startCommand.join(' '), expected.start)
    if (expected.port !== undefined) assert.equal(port, expected.port)
    if (expected.version !== undefined) assert.equal(versions[0]?.version, expected.version)
    if (expected.words) assert.match(reason, expected.words)
    if (expected.warning) assert.match(warnings.join('\n'), expected.warning)
    if (expected.recipe) assert.partialDeepStrictEqual(recipe, expected.recipe)
  })
}
