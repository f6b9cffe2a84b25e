import { openDatabase } from '../open-database.ts'

// Run by crash.test.ts, which kills it. Says on stdout what was acknowledged: only that must be there afterwards.
const [databasePath = '', round = ''] = process.argv.slice(2)
const { db, transaction } = await openDatabase({ databasePath })

async function writeSingles(writer: number) {
  for (let n = 0; ; n++) {
    const name = `${round}-single-${writer}-${n}`
    await db.insertInto('projects').values({ name, createdAtMs: 0 }).execute()
    process.stdout.write(`${name}\n`)
  }
}

async function writePairs() {
  for (let n = 0; ; n++) {
    const name = `${round}-pair-${n}`
    await transaction(async (trx) => {
      await trx
        .insertInto('projects')
        .values({ name: `${name}-left`, createdAtMs: 0 })
        .execute()
      await trx
        .insertInto('projects')
        .values({ name: `${name}-right`, createdAtMs: 0 })
        .execute()
    })
    process.stdout.write(`${name}-left\n${name}-right\n`)
  }
}

await Promise.all([writePairs(), ...Array.from({ length: 8 }, (_, writer) => writeSingles(writer))])
