import type { LeftoverKind } from '@berth/contract'
import { leftoverKindOf } from '../image-analysis/leftovers-in-image.ts'

export type SlimRules = {
  /** Also what a program could load. */
  isAggressive: boolean
  /** Whether programs may speak another language than English, so that their translations stay. */
  isTranslated: boolean
}

/**
 * What no program loads while it serves; narrower than what the analysis calls left over. Caches of Playwright or of models
 * are there to be loaded, and so are packages of Yarn, Maven, Gradle, NuGet and Go, whose tools can run an app from them.
 */
const safe: readonly [LeftoverKind, RegExp][] = [
  ['package_lists', /^var\/lib\/apt\/lists\/.+|^var\/lib\/(dnf|yum)\/|^var\/cache\/apk\/APKINDEX/],
  ['package_cache', /^var\/cache\/(apt|apk|dnf|yum)\//],
  [
    'language_cache',
    /(^|\/)\.npm\/(_cacache|_logs)\/|(^|\/)\.cache\/(pip|yarn|go-build|node-gyp|composer|pnpm)\/|^usr\/local\/share\/\.cache\/yarn\/|(^|\/)\.(composer|bundle)\/cache\/|(^|\/)(\.pnpm-store|\.local\/share\/pnpm\/store)\//,
  ],
  ['version_control', /(^|\/)\.(git|hg|svn)\//],
  ['logs_and_temporary_files', /^(var\/)?tmp\/.+|^var\/log\/(apt\/|(dpkg|alternatives|bootstrap|fontconfig|yum)\.log)/],
  ['documentation', /^usr\/(local\/)?share\/(doc|man|info|gtk-doc)\//],
]

const translation = /^usr\/(local\/)?share\/locale\/.+\/LC_MESSAGES\//
/** Whoever hands an image on hands these on with it. */
const licence = /\/(copyright|licen[cs]es?|notice)[^/]*$/i
/** Python reads how it was built from it. */
const neededHeader = /\/pyconfig\.h$/

/** Why a file may be left out; undefined for what stays. */
export function reasonToLeaveOut(path: string, { isAggressive, isTranslated }: SlimRules): LeftoverKind | undefined {
  if (licence.test(path)) return undefined
  const [kind] = safe.find(([, pattern]) => pattern.test(path)) ?? []
  if (kind) return kind
  if (translation.test(path)) return isTranslated ? undefined : 'documentation'
  if (!isAggressive || neededHeader.test(path)) return undefined
  const bold = leftoverKindOf(path)
  return bold === 'documentation' ? undefined : bold
}

/** Of `NAME=value` lines. */
export function isTranslatedIn(environment: readonly string[]): boolean {
  return environment.some((line) => {
    const [, value = ''] = /^(?:LANG|LANGUAGE|LC_ALL|LC_MESSAGES)=(.*)$/s.exec(line) ?? []
    return value !== '' && !/^(C|POSIX|en)([._@:]|$)/i.test(value)
  })
}
