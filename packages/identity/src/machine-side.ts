// What a machine needs for its own certificate, without the library that issues them: agents are to stay small.
export * from './machine-certificate.ts'
export * from './machine-key.ts'
