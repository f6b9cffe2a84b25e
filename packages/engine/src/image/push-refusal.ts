import type { BuildRefusal } from './build-failure.ts'
import { type ImageName, withTag } from './image-name.ts'
import { isDenied, isLimited, isOutOfReach, registryOf } from './registry-failure.ts'

const noRepository = /name unknown|repository .*(does not exist|not found)|\b404\b/i

/** Why a registry outside did not take an image, in the engine's words, told to who wanted it there. */
export function pushRefusal(name: ImageName, username: string | undefined, words: string): BuildRefusal {
  const [registry, image] = [registryOf(name), withTag(name)]
  const store = `berth registries add ${name.registry}`
  if (isLimited(words)) {
    const message = `${registry} takes no more images for now: ${words}`
    return { code: 'registry_unreachable', message, hint: 'It limits how often it is asked: try again later' }
  }
  if (isDenied(words) && username === undefined) {
    return {
      code: 'push_refused',
      message: `${registry} does not take ${image} without signing in, and no credentials are stored for it: ${words}`,
      hint: `Store them: ${store}`,
    }
  }
  if (isDenied(words)) {
    return {
      code: 'push_refused',
      message: `${registry} does not let ${username} push ${image}: ${words}`,
      hint: `Check the name, and that this user may push it. To store other credentials: ${store}`,
    }
  }
  if (noRepository.test(words)) {
    return {
      code: 'push_refused',
      message: `${registry} has no repository for ${image}: ${words}`,
      hint: `Make it there first, or correct the name. Some registries answer so to who may not push: ${store}`,
    }
  }
  if (isOutOfReach(words)) {
    return {
      code: 'registry_unreachable',
      message: `${registry} could not be reached to push ${image}: ${words}`,
      hint: 'Check its name, and the network of the machine that builds',
    }
  }
  const message = `${registry} did not take ${image}: ${words}`
  return { code: 'push_refused', message, hint: `If it wants other credentials: ${store}` }
}
