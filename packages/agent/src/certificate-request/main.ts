import { readConfig } from '../config.ts'
import { ensureKeyAndRequest } from './key-and-request.ts'

// Runs once, while a machine joins: nothing but this program and the agent ever reads the key.
process.stdout.write(await ensureKeyAndRequest(readConfig(process.env).identityFolder))
