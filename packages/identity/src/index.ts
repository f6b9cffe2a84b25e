export * from './certificate.ts'
export * from './cluster-ca.ts'
export type { KeyedCertificate } from './key-pair.ts'
