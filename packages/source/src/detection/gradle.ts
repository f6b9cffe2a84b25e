import type { VersionWish } from './language-version.ts'
import type { Look } from './look.ts'

/** The newest Java with long-term support that each Gradle runs on, by the first that does. */
const newestJava = [
  { since: 703, java: '17' },
  { since: 500, java: '11' },
  { since: 0, java: '8' },
]

const properties = 'gradle/wrapper/gradle-wrapper.properties'

/** A wrapper may bring a Gradle that the Java taken otherwise, 21, does not run: the first was 8.5. */
export async function wishOfGradle(look: Look): Promise<VersionWish | undefined> {
  const [, major, minor] = /gradle-(\d+)\.(\d+)/.exec(await look.text(properties)) ?? []
  const release = Number(major) * 100 + Number(minor)
  if (!hasGradleWrapper(look) || release >= 805) return undefined
  const newest = newestJava.find(({ since }) => release >= since)
  return newest && { range: newest.java, from: `${properties}: Gradle ${major}.${minor} runs on none that is newer` }
}

/** Its jar is often left out of what is sent, and without it the script does nothing. */
export const hasGradleWrapper = (look: Look) => look.has('gradlew') && look.has('gradle/wrapper/gradle-wrapper.jar')

/** Of the plugin that starts a class with the libraries beside it, where nothing puts them all into one jar. */
export function mainClassOf(text: string): string | null {
  const isApplication = /["']application["']|^\s*application\s*$|\bapplication\s*\{/m.test(text)
  const makesOneJar = /shadow|fatJar|zipTree|spring-boot|springframework\.boot|quarkus|micronaut/i.test(text)
  if (!isApplication || makesOneJar) return null
  return /\bmainClass(?:Name)?(?:\.set\(|\s*=)\s*["']([\w.$]+)["']/.exec(text)?.[1] ?? null
}
