import { type BuildSource, RepositoryRef, RepositoryUrl } from '@berth/contract'
import { bareNameOf, type ChosenSource, describeChosen } from './chosen-source.ts'

/** Where a build's source comes from, as it was given. */
export type SourceOrigin =
  | { kind: 'files'; chosen: ChosenSource | undefined }
  | { kind: 'git'; url: string; ref: string }

export type SourceFaults = { files?: string | undefined; gitUrl?: string | undefined; gitRef?: string | undefined }

/** The source to ask a build of, or what is wrong with what was given. */
export function readOrigin(origin: SourceOrigin): { source: BuildSource | undefined; faults: SourceFaults } {
  if (origin.kind === 'files') {
    const { chosen } = origin
    if (chosen) return { source: describeChosen(chosen), faults: {} }
    return { source: undefined, faults: { files: 'give a folder or an archive' } }
  }
  const [url, ref] = [RepositoryUrl.safeParse(origin.url.trim()), RepositoryRef.safeParse(origin.ref.trim())]
  const hasRef = origin.ref.trim() !== ''
  const faults: SourceFaults = {
    ...(url.error ? { gitUrl: url.error.issues[0]?.message ?? 'this is no URL' } : {}),
    ...(hasRef && ref.error ? { gitRef: ref.error.issues[0]?.message ?? 'this is no ref' } : {}),
  }
  if (!url.data || Object.keys(faults).length > 0) return { source: undefined, faults }
  return { source: { kind: 'git', url: url.data, ...(hasRef ? { ref: ref.data } : {}) }, faults }
}

/** What an app may be called after. */
export const nameOfOrigin = (origin: SourceOrigin): string =>
  origin.kind === 'git' ? origin.url.trim().replace(/\.git\/?$/, '') : bareNameOf(origin.chosen?.name ?? '')
