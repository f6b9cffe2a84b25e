const json = (value: unknown) => JSON.stringify(value)
const deps = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '1']))

/** One app of each kind, as small as it can be told. */
export const testSources = {
  express: {
    'package.json': json({ scripts: { start: 'node server.js' }, dependencies: deps('express') }),
    'package-lock.json': '{}',
    'server.js': 'app.listen(process.env.PORT || 3000)',
  },
  typescript: {
    'package.json': json({
      scripts: { build: 'tsc', start: 'node dist/main.js' },
      devDependencies: deps('typescript'),
    }),
    'pnpm-lock.yaml': "lockfileVersion: '9.0'",
  },
  next: {
    'package.json': json({
      scripts: { build: 'next build', start: 'next start' },
      dependencies: deps('next', 'bcrypt'),
    }),
    'yarn.lock': '# yarn lockfile v1',
  },
  nuxt: { 'package.json': json({ scripts: { build: 'nuxt build' }, dependencies: deps('nuxt') }) },
  vite: {
    'package.json': json({ scripts: { build: 'vite build' }, devDependencies: deps('vite') }),
    'package-lock.json': '{}',
  },
  prisma: {
    'package.json': json({
      scripts: { postinstall: 'prisma generate', start: 'node a.js' },
      dependencies: deps('prisma'),
    }),
    'yarn.lock': '__metadata:\n',
  },
  flask: { 'requirements.txt': 'flask==3\npsycopg2==2\n', 'app.py': 'app = Flask(__name__)' },
  fastapi: {
    'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["fastapi", "uvicorn"]\n',
    'uv.lock': '',
    'shop/main.py': 'app = FastAPI()',
  },
  poetry: {
    'pyproject.toml': '[tool.poetry.dependencies]\nflask = "3"',
    'poetry.lock': '',
    'app.py': 'app = Flask(x)',
  },
  script: { 'main.py': '' },
  go: { 'go.mod': 'module shop', 'go.sum': '', 'main.go': 'package main' },
  maven: { 'pom.xml': 'spring-boot' },
  gradle: { 'build.gradle': 'spring-boot', gradlew: '', 'gradle/wrapper/gradle-wrapper.properties': '' },
  laravel: { 'composer.json': json({ require: { 'laravel/framework': '11' } }), artisan: '', 'public/index.php': '' },
  php: { 'index.php': '' },
  rails: { Gemfile: "gem 'rails'\ngem 'pg'\ngem 'propshaft'", 'Gemfile.lock': '', 'config/application.rb': '' },
  rust: { 'Cargo.toml': '[package]\nname = "shop"', 'Cargo.lock': '', 'src/main.rs': '' },
  dotnet: { 'Shop.csproj': 'Sdk="Microsoft.NET.Sdk.Web" <TargetFramework>net8.0<' },
  site: { 'index.html': '' },
} as const satisfies Record<string, Record<string, string>>
