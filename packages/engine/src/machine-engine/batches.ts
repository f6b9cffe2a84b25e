/** So many questions at once that an engine with thousands of things answers soon, and few enough to leave it a core. */
const batchSize = 8

export async function inBatches<Item, Result>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  for (let from = 0; from < items.length; from += batchSize) {
    results.push(...(await Promise.all(items.slice(from, from + batchSize).map(ask))))
  }
  return results
}
