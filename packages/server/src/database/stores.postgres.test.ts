import { storeSuites } from './stores.suite.ts'
import { onPostgres } from './test-databases.ts'

for (const suite of storeSuites) suite(onPostgres)
