import { storeSuites } from './stores.suite.ts'
import { onSqlite } from './test-databases.ts'

for (const suite of storeSuites) suite(onSqlite)
