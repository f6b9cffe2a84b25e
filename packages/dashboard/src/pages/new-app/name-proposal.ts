import { AppName } from '@berth/contract'

const mostLength = 40
const fallback = 'app'

/** A name after the image's, which nobody has yet: `ghcr.io/team/Shop_API:1.2` is `shop-api`, or `shop-api-2`. */
export function proposeAppName(image: string, taken: ReadonlySet<string>): string {
  if (image.trim() === '') return ''
  const base = nameOfImage(image)
  if (isFree(base, taken)) return base
  for (let number = 2; ; number++) {
    const ending = `-${number}`
    const name = `${trimEnd(base.slice(0, mostLength - ending.length))}${ending}`
    if (isFree(name, taken)) return name
  }
}

function nameOfImage(image: string): string {
  const last = image.trim().replace(/@.*$/, '').split('/').filter(Boolean).at(-1) ?? ''
  const letters = last
    .replace(/:.*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
  return trimEnd(letters.slice(0, mostLength)) || fallback
}

const trimEnd = (name: string) => name.replace(/-+$/, '')

const isFree = (name: string, taken: ReadonlySet<string>) => !taken.has(name) && AppName.safeParse(name).success
