import type { JavaRecipe } from '../detection/recipe.ts'
import { addUser, copyInPlace, envLine, execForm, type Stage, whatRuns } from './dockerfile-text.ts'

export function javaStages(recipe: JavaRecipe): Stage[] {
  const { version, manifests, isSingleModule, port, startCommand, environment } = recipe
  const { image, run, settings, download, build, folder } = toolOf(recipe)
  const first = isSingleModule ? [...copyInPlace(manifests, isFolder), `RUN ${run} ${download}`] : []
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
        '# Of several jars the largest has the libraries in it. Those in folders further down are libraries themselves.',
        `RUN cp "$(find . -path '*/${folder}/*.jar' ! -path '*/${folder}/*/*' ! -name '*-sources.jar' ! -name '*-javadoc.jar' -printf '%s %p\\n' \\`,
        `      | sort -rn | head -n 1 | cut -d ' ' -f 2-)" /app.jar`,
      ],
    },
    {
      why: whatRuns,
      lines: [
        `FROM eclipse-temurin:${version}-jre`,
        envLine({ ...environment, PORT: `${port}` }),
        addUser,
        'WORKDIR /app',
        'COPY --from=build /app.jar ./',
        'USER app',
        `EXPOSE ${port}`,
        `CMD ${execForm(startCommand)}`,
      ],
    },
  ]
}

const isFolder = (path: string) => path === '.mvn' || path === 'gradle'

/** A wrapper brings its own version of the tool, and is called by name since archives lose who may be executed. */
function toolOf({ tool, version, hasWrapper, isQuarkus }: JavaRecipe) {
  const oneJar = isQuarkus ? ' -Dquarkus.package.jar.type=uber-jar' : ''
  const wrapped = `eclipse-temurin:${version}-jdk`
  if (tool === 'maven') {
    return {
      image: hasWrapper ? wrapped : `maven:3.9-eclipse-temurin-${version}`,
      run: `${hasWrapper ? 'sh mvnw' : 'mvn'} --batch-mode`,
      settings: null,
      download: 'dependency:go-offline',
      build: `-DskipTests${oneJar} package`,
      folder: 'target',
    }
  }
  return {
    // The eighth was the last that runs on older ones, and runs on none that is newer.
    image: hasWrapper ? wrapped : `gradle:${Number(version) > 24 ? 9 : 8}-jdk${version}`,
    run: `${hasWrapper ? 'sh gradlew' : 'gradle'} --no-daemon`,
    // Where the image has it is a volume, which forgets with each instruction.
    settings: hasWrapper ? null : 'ENV GRADLE_USER_HOME=/gradle',
    download: 'dependencies',
    build: `assemble${oneJar}`,
    folder: 'build/libs',
  }
}
