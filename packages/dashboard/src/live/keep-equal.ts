/** `next`, with every part that equals the part of `former` at its place being that very part. For what JSON can hold. */
export function keepEqual<Value>(former: unknown, next: Value): Value {
  if (Object.is(former, next) || !isPart(former) || !isPart(next)) return next
  if (Array.isArray(former) !== Array.isArray(next)) return next
  return (Array.isArray(next) ? keepItems(former as unknown as unknown[], next) : keepFields(former, next)) as Value
}

type Part = Record<string, unknown>
const isPart = (value: unknown): value is Part => typeof value === 'object' && value !== null

function keepItems(former: unknown[], next: unknown[]): unknown[] {
  const byName = new Map(former.map((item, index) => [nameOf(item) ?? index, item]))
  const kept = next.map((item, index) => keepEqual(byName.get(nameOf(item) ?? index), item))
  return kept.length === former.length && kept.every((item, index) => Object.is(item, former[index])) ? former : kept
}

/** One item more at the front must not make all the others look changed. */
function nameOf(item: unknown): unknown {
  return isPart(item) ? (item.id ?? item.name) : undefined
}

function keepFields(former: Part, next: Part): Part {
  const names = Object.keys(next)
  const kept = Object.fromEntries(names.map((name) => [name, keepEqual(former[name], next[name])]))
  const isSame =
    names.length === Object.keys(former).length &&
    names.every((name) => Object.hasOwn(former, name) && Object.is(kept[name], former[name]))
  return isSame ? former : kept
}
