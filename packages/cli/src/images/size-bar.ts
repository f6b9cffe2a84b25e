const width = 16
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A share of 0 to 1 as a bar; what is there at all is seen. */
export function sizeBar(share: number): string {
  const parts = share > 0 ? Math.max(Math.round(share * width * 8), 1) : 0
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]
}
