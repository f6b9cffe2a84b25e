import { testApps } from './test-apps.ts'

testApps([
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
])
