/** Enough of an id to tell the instances of one app apart by eye. */
export const shortInstanceId = (id: string): string => (id.length <= 7 ? id : id.slice(-6))

/** As many as log.module.css defines. */
const colourCount = 8

/** Gives each instance a colour of its own, as long as there are enough; the same one for as long as the page is open. */
export function createInstanceColours() {
  const known = new Map<string, number>()
  return (instanceId: string): number => {
    const colour = known.get(instanceId) ?? known.size % colourCount
    known.set(instanceId, colour)
    return colour
  }
}
