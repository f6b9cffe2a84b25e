import { enableCompileCache } from 'node:module'
import { readConfig } from './config.ts'

const config = readConfig(process.env)
// Before anything else is loaded: what comes from the cache needs no compiling, which is most of the start-up time.
enableCompileCache(config.cacheDirectory)

const { runProcess } = await import('./berth.ts')
process.exitCode = await runProcess(process.argv.slice(2), config)
