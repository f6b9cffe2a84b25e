import { hasGradleWrapper, mainClassOf, wishOfGradle } from './gradle.ts'
import { chooseVersion, wishOf, wishOfFile, wishOfTools } from './language-version.ts'
import type { Look } from './look.ts'
import type { Detected, JavaRecipe, Wanted } from './recipe.ts'

/** 21 has long-term support and is what most frameworks are tested with. */
const java = { of: 'java', known: ['21', '25', '17', '11', '8'] }
const defaultPort = 8080

export async function detectJava(look: Look, wanted: Wanted): Promise<Detected<JavaRecipe> | undefined> {
  const build = look.firstOf(['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'])
  if (!build) return undefined
  const tool = build === 'pom.xml' ? 'maven' : 'gradle'
  const text = (await Promise.all(look.find(buildFile[tool]).map(look.text))).join('\n')
  const { version, warnings } = await chooseJava(look, { build, text, wanted })
  const framework = frameworkOf(text)
  const mainClass = tool === 'gradle' && !wanted.startCommand ? mainClassOf(text) : null
  const recipe: JavaRecipe = {
    kind: 'java',
    tool,
    version: version.version.split('.')[0] ?? version.version,
    hasWrapper: hasWrapper(look, tool),
    isQuarkus: framework?.name === 'Quarkus',
    manifests: manifestsOf(look, tool),
    isSingleModule: look.find(buildFile[tool]).length === 1 && !readsSource(look, text),
    mainClass,
    port: wanted.port ?? (await findPort(look)) ?? defaultPort,
    startCommand: wanted.startCommand ?? [
      'java',
      '-XX:MaxRAMPercentage=75',
      ...(mainClass ? ['-cp', 'lib/*', mainClass] : ['-jar', 'app.jar']),
    ],
    environment: {},
  }
  const plain =
    framework || mainClass
      ? []
      : [`The build must make one jar that runs by itself ("java -jar"): nothing in ${build} says that it does`]
  return {
    reason: `Java ${framework?.name ?? ''}`
      .trim()
      .concat(` (${build}), built by ${tool}${recipe.hasWrapper ? ' through its wrapper' : ''}`),
    versions: [version],
    warnings: [...warnings, ...plain],
    recipe: { ...recipe, environment: framework ? { [framework.port]: `${recipe.port}` } : {} },
  }
}

const buildFile = { maven: /(^|\/)pom\.xml$/, gradle: /(^|\/)build\.gradle(\.kts)?$/ }

/** Libraries or parts of the build that lie in the source themselves: nothing can be fetched before they are there. */
const readsSource = (look: Look, text: string) =>
  look.find(/^buildSrc\//).length > 0 || /\$\{(project\.)?basedir\}[^<]*<\/(url|systemPath)>/.test(text)

/** Each hears its port by a name of its own. */
const frameworkOf = (text: string) =>
  [
    { name: 'Spring Boot', pattern: /spring-boot|org\.springframework\.boot/, port: 'SERVER_PORT' },
    { name: 'Quarkus', pattern: /quarkus/, port: 'QUARKUS_HTTP_PORT' },
    { name: 'Micronaut', pattern: /micronaut/, port: 'MICRONAUT_SERVER_PORT' },
  ].find(({ pattern }) => pattern.test(text))

async function chooseJava(look: Look, { build, text, wanted }: { build: string; text: string; wanted: Wanted }) {
  const said =
    /<(?:java\.version|maven\.compiler\.release|maven\.compiler\.source|release)>\s*(?:1\.)?(\d+)/.exec(text)?.[1] ??
    /JavaLanguageVersion\.of\((\d+)\)|JavaVersion\.VERSION_(?:1_)?(\d+)|sourceCompatibility\s*=\s*['"]?(?:1\.)?(\d+)/
      .exec(text)
      ?.slice(1)
      .find(Boolean)
  const properties = look.has('system.properties') ? await look.text('system.properties') : ''
  return chooseVersion(java, [
    wishOf(wanted.version, 'config.json'),
    wishOf(/java\.runtime\.version\s*=\s*(?:1\.)?(\d+)/.exec(properties)?.[1], 'system.properties'),
    await wishOfFile(look, '.java-version'),
    await wishOfTools(look, 'java'),
    wishOf(said, build),
    await wishOfGradle(look),
  ])
}

const hasWrapper = (look: Look, tool: JavaRecipe['tool']) =>
  tool === 'maven' ? look.has('mvnw') && look.find(/^\.mvn\/wrapper\//).length > 0 : hasGradleWrapper(look)

function manifestsOf(look: Look, tool: JavaRecipe['tool']): string[] {
  const folder = tool === 'maven' ? '.mvn' : 'gradle'
  const scripts = look.find(/\.gradle(\.kts)?$/).filter((path) => !/^gradle\/|(^|\/)(build|\.gradle)\//.test(path))
  const own = tool === 'maven' ? look.find(buildFile.maven) : scripts
  const wrapper = hasWrapper(look, tool) ? [tool === 'maven' ? 'mvnw' : 'gradlew'] : []
  const others = ['gradle.properties', 'gradle.lockfile'].filter((path) => tool === 'gradle' && look.has(path))
  const hasFolder = look.files.some((path) => path.startsWith(`${folder}/`))
  return [...own, ...others, ...wrapper, ...(hasFolder ? [folder] : [])]
}

async function findPort(look: Look): Promise<number | undefined> {
  const [path] = look.find(/src\/main\/resources\/application\.(properties|ya?ml)$/)
  if (!path) return undefined
  const text = await look.text(path)
  const found =
    /server\.port\s*[=:]\s*(?:\$\{PORT:)?(\d{2,5})/.exec(text) ??
    /^server:\s*\n(?:\s+.*\n)*?\s+port:\s*(?:\$\{PORT:)?(\d{2,5})/m.exec(text)
  return found ? Number(found[1]) : undefined
}
