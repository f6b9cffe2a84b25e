import { randomBytes } from 'node:crypto'
import { createClusterCa, type KeyedCertificate } from '@berth/identity'
import { z } from 'zod'
import { type StateDir, stateFiles } from './state-dir.ts'

export const Bootstrap = z.object({ adminEmail: z.string(), adminPassword: z.string(), apiToken: z.string() })
export type Bootstrap = z.infer<typeof Bootstrap>

export type ClusterSecrets = { ca: KeyedCertificate; bootstrap: Bootstrap; databaseUrl: string | undefined }

/** The secrets of this cluster, made once. They are on disk before anything else learns them, so that none is ever lost. */
export async function ensureClusterSecrets(
  state: StateDir,
  { domain, databaseUrl, now }: { domain: string; databaseUrl: string | undefined; now: Date },
): Promise<ClusterSecrets> {
  if (databaseUrl) await state.write(stateFiles.databaseUrl, databaseUrl)
  return {
    ca: (await readCa(state)) ?? (await makeCa(state, now)),
    bootstrap: (await readBootstrap(state)) ?? (await makeBootstrap(state, domain)),
    databaseUrl: databaseUrl ?? (await state.read(stateFiles.databaseUrl)),
  }
}

async function readCa(state: StateDir): Promise<KeyedCertificate | undefined> {
  const certPem = await state.read(stateFiles.caCertificate)
  const keyPem = await state.read(stateFiles.caKey)
  return certPem && keyPem ? { certPem, keyPem } : undefined
}

async function makeCa(state: StateDir, now: Date): Promise<KeyedCertificate> {
  const ca = await createClusterCa({ now })
  await state.write(stateFiles.caKey, ca.keyPem)
  await state.write(stateFiles.caCertificate, ca.certPem)
  return ca
}

export async function readBootstrap(state: StateDir): Promise<Bootstrap | undefined> {
  const text = await state.read(stateFiles.bootstrap)
  return text ? Bootstrap.parse(JSON.parse(text)) : undefined
}

async function makeBootstrap(state: StateDir, domain: string): Promise<Bootstrap> {
  const secret = () => randomBytes(32).toString('base64url')
  const bootstrap = {
    adminEmail: `admin@berth.${domain}`,
    adminPassword: secret(),
    apiToken: `berth_${secret()}`,
  }
  await state.write(stateFiles.bootstrap, `${JSON.stringify(bootstrap, null, 2)}\n`)
  return bootstrap
}
