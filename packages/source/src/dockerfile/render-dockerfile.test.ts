import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { detectSource } from '../detection/detect-source.ts'
import type { Recipe } from '../detection/recipe.ts'
import { memoryView } from '../detection/source-view.ts'
import { copyInPlace, execForm, shellWord } from './dockerfile-text.ts'
import { renderDockerfile } from './render-dockerfile.ts'
import { renderDockerignore } from './render-dockerignore.ts'
import { testSources } from './test-sources.ts'

async function render(files: Record<string, string>) {
  const [service] = (await detectSource(memoryView(files))).services
  assert.ok(service?.build.kind === 'recipe')
  const { detected } = service.build
  return { text: renderDockerfile(detected), recipe: detected.recipe }
}

const stagesOf = (text: string) => text.split(/^(?=FROM )/m).slice(1)
const instructionsOf = (text: string) =>
  text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

for (const [name, files] of Object.entries(testSources)) {
  test(`the Dockerfile of ${name} is one that any builder takes`, async () => {
    const { text } = await render(files)
    assert.doesNotMatch(text, /<<|--mount|--chmod|--link|# *syntax|:latest|^ADD /m)
    for (const line of instructionsOf(text)) assert.match(line, /^(FROM|RUN|ENV|WORKDIR|COPY|USER|EXPOSE|CMD) /)
    for (const line of text.split('\n')) assert.doesNotMatch(line, /undefined|null|\s$/)
  })

  test(`the Dockerfile of ${name} says why each stage is there, and builds on images with a version`, async () => {
    const { text } = await render(files)
    assert.doesNotMatch(text, /(?<!^# .*\n)^FROM /m)
    const named = stagesOf(text).flatMap((stage) => / AS (\w+)$/m.exec(stage.split('\n')[0] ?? '')?.[1] ?? [])
    for (const [, image = ''] of text.matchAll(/^FROM (\S+)/gm))
      assert.ok(image.includes(':') || named.includes(image), image)
    for (const [, stage = ''] of text.matchAll(/--from=(\w+)/g)) assert.ok(named.includes(stage), stage)
  })

  test(`what runs of ${name} has no rights, a port, and gets signals itself`, async () => {
    const { text, recipe } = await render(files)
    const last = instructionsOf(stagesOf(text).at(-1) ?? '')
    assert.match(last.findLast((line) => line.startsWith('USER ')) ?? '', /^USER (node|app|nginx|www-data)$/)
    assert.ok(last.includes(`EXPOSE ${recipe.port}`))
    const command = last.at(-1) ?? ''
    assert.deepEqual(JSON.parse(command.replace(/^CMD /, '')), recipe.startCommand)
    if (!last.some((line) => line.includes('nginx'))) assert.ok(last.some((line) => /^ENV .*\bPORT=\d/.test(line)))
  })
}

for (const name of [
  'express',
  'typescript',
  'next',
  'flask',
  'fastapi',
  'poetry',
  'go',
  'maven',
  'gradle',
  'laravel',
  'rails',
  'rust',
  'dotnet',
] as const) {
  test(`the packages of ${name} are installed before the sources come, and not again when only those change`, async () => {
    const { text } = await render(testSources[name])
    const lines = instructionsOf(text)
    const sources = lines.findIndex((line) => /^COPY (--chown=\S+ )?\. \.$/.test(line))
    const install = lines.findIndex((line) =>
      /^RUN .*\b(ci|install|sync|download|fetchLibraries|go-offline|restore|cargo build)\b/.test(line),
    )
    assert.ok(install !== -1 && install < sources, text)
  })
}

for (const name of ['express', 'flask', 'vite', 'site', 'go']) {
  test(`the Dockerfile of ${name} reads as if somebody had written it`, async () => {
    const expected = readFileSync(join(import.meta.dirname, 'expected', `${name}.Dockerfile`), 'utf8')
    assert.equal((await render(testSources[name as keyof typeof testSources])).text, expected)
  })
}

test('an app whose install scripts read its sources is not installed before they are there', async () => {
  const { text } = await render(testSources.prisma)
  assert.ok(text.indexOf('COPY . .') < text.indexOf('yarn install'))
})

test('what needs a library of the system gets it: to build with where it is built, to run with where it runs', async () => {
  const [packages = '', runs = ''] = stagesOf((await render(testSources.flask)).text)
  assert.match(packages, /libpq-dev/)
  assert.match(runs, /libpq5/)
  assert.doesNotMatch(runs, /libpq-dev|gcc/)
})

const textOf = async (files: Record<string, string>) => (await render(files)).text

test('a server that is added is installed together with the packages that it has to fit', async () => {
  assert.match(
    await textOf({ 'requirements.txt': 'flask==3', 'app.py': 'app = Flask(x)' }),
    /-r requirements.txt gunicorn$/m,
  )
})

test('but apart from packages with hashes, beside which pip takes none without', async () => {
  const files = { 'requirements.txt': 'flask==3 --hash=sha256:0', 'app.py': 'app = Flask(x)' }
  assert.match(await textOf(files), /-r requirements.txt\nRUN pip install gunicorn$/m)
})

test('Gradle keeps what it fetched where no volume of its image forgets it', async () => {
  const [build = ''] = stagesOf(await textOf({ 'build.gradle': 'spring-boot' }))
  assert.match(build, /^ENV GRADLE_USER_HOME=\/gradle$[\s\S]*gradle --no-daemon .*fetchLibraries/m)
})

test('the libraries of Gradle are fetched themselves, which its list of them alone does not do', async () => {
  const text = await textOf({ 'build.gradle': 'spring-boot' })
  assert.match(
    text,
    /artifactView \{ it\.lenient\(true\) \}[\s\S]*> \/tmp\/fetch\.gradle\nRUN gradle .*\/tmp\/fetch\.gradle fetch/,
  )
})

test('an app whose libraries lie beside it is started with all of them', async () => {
  const [build = '', runs = ''] = stagesOf(
    await textOf({ 'build.gradle': "plugins { id 'application' }\napplication { mainClass = 'org.example.Main' }" }),
  )
  assert.match(build, /gradle --no-daemon installDist\n[\s\S]*'\*\/build\/install\/\*\/lib'/)
  assert.match(runs, /^COPY --from=build \S+ lib\/$[\s\S]*"-cp", "lib\/\*", "org\.example\.Main"\]$/m)
})

test('what a build reads of the source is there before anything is fetched', async () => {
  const sources: Record<string, string>[] = [
    { 'build.gradle': '', 'buildSrc/src/main/groovy/shop.gradle': '' },
    { 'pom.xml': `<repository><url>file://\${project.basedir}/libraries</url></repository>` },
  ]
  for (const files of sources) {
    const [build = ''] = stagesOf(await textOf(files))
    assert.match(build, /WORKDIR \/src\nCOPY \. \.\nRUN /)
  }
})

const project = (text: string) => `<Project Sdk="Microsoft.NET.Sdk.Web">${text}</Project>`

test('ASP.NET is told its port by the name that its version hears', async () => {
  for (const [framework, setting] of Object.entries({
    'netcoreapp3.1': 'ASPNETCORE_URLS=http://+:8080',
    'net7.0': 'ASPNETCORE_URLS=http://+:8080',
    'net8.0': 'ASPNETCORE_HTTP_PORTS=8080',
    'net10.0': 'ASPNETCORE_HTTP_PORTS=8080',
  })) {
    const text = await textOf({ 'a.csproj': project(`<TargetFramework>${framework}</TargetFramework>`) })
    assert.ok(text.includes(`ENV ${setting} PORT=8080`), framework)
  }
})

test('a .NET app becomes what the .NET of its image runs, whatever its project publishes otherwise', async () => {
  const settings = '<TargetFramework>net8.0</TargetFramework><PublishAot>true</PublishAot>'
  const text = await textOf({ 'a.csproj': project(settings) })
  assert.match(text, /^RUN dotnet restore a\.csproj -p:PublishAot=false$/m)
  assert.match(text, /^RUN dotnet publish a\.csproj -p:PublishAot=false --configuration/m)
})

test('of several frameworks of a .NET app the one is built that runs', async () => {
  const text = await textOf({ 'a.csproj': project('<TargetFrameworks>net8.0;net10.0</TargetFrameworks>') })
  assert.match(text, /publish a\.csproj --framework net10\.0 [\s\S]*FROM mcr\.microsoft\.com\/dotnet\/aspnet:10\.0$/m)
})

test('pages of Blazor are served as files', async () => {
  const text = await textOf({ 'a.csproj': '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly">' })
  assert.match(text, /^FROM nginx:stable$[\s\S]*^COPY --from=build \/app\/wwwroot \/usr\/share\/nginx\/html\/$/m)
})

test('Gradle is one that runs on the Java that is asked for', async () => {
  for (const [java, image] of Object.entries({ 17: 'gradle:8-jdk17', 25: 'gradle:9-jdk25' }))
    assert.ok((await textOf({ 'build.gradle': '', '.java-version': java })).includes(`FROM ${image} AS build`))
})

test('of the jars that a build makes, libraries in a folder beside it are none; an archive for servers is one', async () => {
  assert.ok((await textOf({ 'pom.xml': '' })).includes("find . -regex '.*/target/[^/]*\\.[jw]ar' ! -name"))
})

test('Quarkus is told to make one jar, and not one that needs a folder beside it', async () => {
  assert.match(await textOf({ 'pom.xml': 'io.quarkus' }), /-Dquarkus\.package\.jar\.type=uber-jar package/)
})

test('PHP listens on its port as www-data, and reads the pictures that it asks for', async () => {
  const files = { 'composer.json': JSON.stringify({ require: { 'ext-gd': '*' } }), 'public/index.php': '' }
  const [, runs = ''] = stagesOf(await textOf(files))
  assert.match(runs, /docker-php-ext-configure gd --with-freetype --with-jpeg \\\n && docker-php-ext-install gd$/m)
  assert.match(runs, /ENV PORT=8080$/m)
  assert.match(runs, /Listen \$\{PORT\}/)
  assert.match(runs, /^USER www-data$/m)
})

test('what installs packages that lie in the source has the source', async () => {
  const path = JSON.stringify({ repositories: [{ type: 'path', url: 'packages/*' }] })
  const sources: Record<string, string>[] = [
    { 'composer.json': path, 'index.php': '' },
    { Gemfile: "gem 'greet', path: 'gems/greet'", 'app.rb': '' },
    { 'requirements.txt': '-e ./lib\nflask==3', 'app.py': 'app = Flask(x)' },
  ]
  for (const files of sources) {
    const [packages = ''] = stagesOf(await textOf(files))
    assert.match(packages, /^COPY \. \.\nRUN .*install/m)
  }
})

test('wheels that lie in the source are there before they are installed, and nothing else of it', async () => {
  const wheels = { 'wheels/flask-3.whl': '', 'requirements.txt': '-f wheels\nflask==3', 'app.py': 'app = Flask(x)' }
  assert.match(await textOf(wheels), /^COPY requirements\.txt \.\/\nCOPY wheels wheels\/\nRUN pip install/m)
})

test('crates that lie in the source are there before they are built', async () => {
  const [build = ''] = stagesOf(
    await textOf({
      'Cargo.toml': '[package]\nname = "a"',
      'src/main.rs': '',
      'vendor/b/src/lib.rs': '',
      '.cargo/config.toml': '',
    }),
  )
  assert.match(build, /^COPY Cargo\.toml \.\/\nCOPY \.cargo \.cargo\/\nCOPY vendor vendor\/\nRUN mkdir src/m)
})

test('every stage takes the arguments of a build, so that an index or a proxy can be named', async () => {
  const [service] = (await detectSource(memoryView(testSources.flask))).services
  assert.ok(service?.build.kind === 'recipe')
  const stages = stagesOf(renderDockerfile(service.build.detected, ['PIP_INDEX_URL', 'EXTRA']))
  for (const stage of stages) assert.match(stage, /^FROM .*\nARG PIP_INDEX_URL\nARG EXTRA\n/)
})

test('names that mean something to Docker or a shell are names and nothing else', () => {
  assert.deepEqual(copyInPlace(['a b/package.json', 'x[1]/package.json']), [
    'COPY ["a b/package.json", "a b/"]',
    'COPY ["x[[]1]/package.json", "x[1]/"]',
  ])
  assert.equal(shellWord("it's; rm -rf /"), `'it'\\''s; rm -rf /'`)
  assert.equal(shellWord('a\nRUN evil'), `'a RUN evil'`)
  assert.equal(execForm(['a', 'b\n"c"']), '["a", "b\\n\\"c\\""]')
})

test('a reason with line breaks stays a comment', async () => {
  const { text } = await render({
    'package.json': JSON.stringify({ main: 'a.js', engines: { node: '20\nRUN evil' } }),
    'a.js': '',
  })
  assert.doesNotMatch(text, /^RUN evil/m)
})

const ignored = (recipe: Recipe, own?: string) => renderDockerignore(recipe, own).split('\n')

test('the image gets neither secrets nor what belongs to another machine', async () => {
  const { recipe } = await render(testSources.express)
  for (const line of ['**/.env', '**/.env.*', '**/node_modules', '.git'])
    assert.ok(ignored(recipe).includes(line), line)
})

test('builds of pages may read the settings that belong to all machines, and no others', async () => {
  const lines = ignored((await render(testSources.vite)).recipe)
  assert.ok(!lines.includes('**/.env') && lines.includes('**/.env.local'))
})

test('the packages of a PHP app stay where no Composer makes them anew', async () => {
  assert.ok(!ignored((await render({ 'index.php': '' })).recipe).includes('vendor'))
  assert.ok(ignored((await render({ 'composer.json': '{}' })).recipe).includes('vendor'))
})

test('what Java builds stays outside, beside each build file, but no package that is called so', async () => {
  const lines = ignored((await render({ 'pom.xml': '', 'web/pom.xml': '' })).recipe)
  for (const line of ['target', 'web/target']) assert.ok(lines.includes(line), line)
  assert.ok(!lines.some((line) => line.startsWith('**/') && /build|target/.test(line)))
})

test('Symfony gets its .env, without which it does not start, but none that is of this machine', async () => {
  const files = {
    'composer.json': JSON.stringify({ require: { 'symfony/framework-bundle': '7' } }),
    'public/index.php': '',
  }
  const lines = ignored((await render(files)).recipe)
  assert.ok(!lines.includes('**/.env') && lines.includes('**/.env.local'))
})

test('the app’s own rules come last, and so win', async () => {
  assert.deepEqual(ignored((await render(testSources.site)).recipe, '!.env\n').slice(-3), ['', '!.env', ''])
})
