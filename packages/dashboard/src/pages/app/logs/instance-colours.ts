/** As much of an id as the command line shows, so that the two can be compared by eye. */
export const shortInstanceId = (id: string): string => id.slice(0, 12)

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
