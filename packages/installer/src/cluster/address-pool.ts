import { BlockList } from 'node:net'

/** Each large enough for a thousand overlay networks of a /20; the first that the machine does not use is taken. */
const candidates = ['10.64.0.0/10', '10.128.0.0/10', '10.192.0.0/10', '10.0.0.0/10', '172.16.0.0/12', '192.168.0.0/16']

export const overlayPrefixLength = 20

export function chooseAddressPool(usedSubnets: readonly string[]): string | undefined {
  return candidates.find((candidate) => !usedSubnets.some((used) => overlaps(candidate, used)))
}

export function overlaps(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one)
}

/** Two blocks either nest or are apart, so it is enough to look where the first address of each lies. */
function contains(outer: string, inner: string): boolean {
  const [address = '', length = '32'] = outer.split('/')
  const block = new BlockList()
  block.addSubnet(address, Number(length))
  return block.check(inner.split('/')[0] ?? '')
}
