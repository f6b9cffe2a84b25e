/**
 * The size of each layer. The engine tells of every instruction, also of those that made no layer and have no size; where
 * some layer is empty, too, it does not say which is which, and that changes no sum.
 */
export function layerSizesOf(
  history: readonly number[],
  { layerCount, sizeBytes }: { layerCount: number; sizeBytes: number },
): number[] {
  let surplus = history.length - layerCount
  const sizes = history.filter((size) => size > 0 || surplus-- <= 0)
  if (sizes.length === layerCount) return sizes
  // What was squashed or imported has no such history: all of it is in the layer on top.
  return Array.from({ length: layerCount }, (_, i) => (i === layerCount - 1 ? sizeBytes : 0))
}
