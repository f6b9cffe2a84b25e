import type { SubjectKind } from './measures.ts'

/** What samples are of. */
export type Subject = {
  kind: SubjectKind
  /** Of a machine or an app; the id of an instance; empty for the overview. */
  name: string
  /** Whose it is: samples of an app and of its instances go with the app. */
  app: string | null
  service: string | null
  /** Where an instance runs, by name. */
  machine: string | null
}

const none = { app: null, service: null, machine: null }

export const machineSubject = (name: string): Subject => ({ ...none, kind: 'machine', name })
export const appSubject = (name: string): Subject => ({ ...none, kind: 'app', name, app: name })
export const overviewSubject: Subject = { ...none, kind: 'overview', name: '' }
type Instance = { id: string; app: string; service: string; machine: string }

export const instanceSubject = ({ id, app, service, machine }: Instance): Subject => ({
  kind: 'instance',
  name: id,
  app,
  service,
  machine,
})

export const keyOf = ({ kind, name }: Pick<Subject, 'kind' | 'name'>): string => `${kind} ${name}`
