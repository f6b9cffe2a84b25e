import type { JavaRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, type Stage, whatRuns, writeFile } from './dockerfile-text.ts'

export function javaStages(recipe: JavaRecipe): Stage[] {
  const { version, manifests, isSingleModule, mainClass, port, startCommand, environment } = recipe
  const { image, run, settings, download, build, folder } = toolOf(recipe)
  const first = isSingleModule ? [...copyInPlace(manifests, isFolder), ...download] : []
  return [
    {
      why: isSingleModule
        ? 'The build. The libraries come first: they are fetched again only when the build file changes.'
        : 'The build, of all modules at once: they need each other.',
      lines: [
        `FROM ${image} AS build`,
        settings,
        'WORKDIR /src',
        ...first,
        'COPY . .',
        `RUN ${run} ${build}`,
        ...(mainClass ? takeFolder : takeJar(folder)),
      ],
    },
    {
      why: whatRuns,
      lines: [
        `FROM eclipse-temurin:${version}-jre`,
        envLine({ ...environment, PORT: `${port}` }),
        addUser,
        'WORKDIR /app',
        mainClass ? 'COPY --from=build /lib.d lib/' : 'COPY --from=build /app.jar ./',
        'USER app',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}

const takeJar = (folder: string) => [
  '# Of several jars the largest has the libraries in it. Those in folders further down are libraries themselves.',
  `RUN cp "$(find . -regex '.*/${folder}/[^/]*\\.[jw]ar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' -printf '%s %p\\n' \\`,
  `      | sort -rn | head -n 1 | cut -d ' ' -f 2-)" /app.jar`,
]

const takeFolder = [
  '# The app and its libraries, beside each other.',
  'RUN cp -r "$(find . -path \'*/build/install/*/lib\' | head -n 1)" /lib.d',
]

const isFolder = (path: string) => path === '.mvn' || path === 'gradle'

/** Gradle's own list of them fetches none: it reads what they need, and leaves the libraries where they are. */
const fetchScript = [
  'allprojects {',
  '  afterEvaluate {',
  '    def wanted = configurations.findAll { it.canBeResolved && !it.name.toLowerCase().contains("test") }',
  '    def libraries = wanted.collect { it.incoming.artifactView { it.lenient(true) }.files }',
  '    tasks.maybeCreate("fetchLibraries").doLast { libraries.each { it.files } }',
  '  }',
  '}',
]

/** A wrapper brings its own version of the tool, and is called by name since archives lose who may be executed. */
function toolOf({ tool, version, hasWrapper, isQuarkus, mainClass }: JavaRecipe) {
  const oneJar = isQuarkus ? ' -Dquarkus.package.jar.type=uber-jar' : ''
  const wrapped = `eclipse-temurin:${version}-jdk`
  if (tool === 'maven') {
    const run = `${hasWrapper ? 'sh mvnw' : 'mvn'} --batch-mode`
    return {
      image: hasWrapper ? wrapped : `maven:3.9-eclipse-temurin-${version}`,
      run,
      settings: null,
      download: [`RUN ${run} dependency:go-offline`],
      build: `-DskipTests${oneJar} package`,
      folder: 'target',
    }
  }
  const run = `${hasWrapper ? 'sh gradlew' : 'gradle'} --no-daemon`
  return {
    // The eighth was the last that runs on older ones, and runs on none that is newer.
    image: hasWrapper ? wrapped : `gradle:${Number(version) > 24 ? 9 : 8}-jdk${version}`,
    run,
    // Where the image has it is a volume, which forgets with each instruction.
    settings: hasWrapper ? null : 'ENV GRADLE_USER_HOME=/gradle',
    download: [
      writeFile('/tmp/fetch.gradle', fetchScript),
      `RUN ${run} --init-script /tmp/fetch.gradle fetchLibraries`,
    ],
    build: mainClass ? 'installDist' : `assemble${oneJar}`,
    folder: 'build/libs',
  }
}
