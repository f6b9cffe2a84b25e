// Order matters: nearly every browser also calls itself what others are called.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/\bOPR\/(\d+)/, 'Opera'],
  [/\bSamsungBrowser\/(\d+)/, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/\b(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//, 'Safari'],
  [/^curl\/(\d+)/, 'curl'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b|\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const mostLength = 80

/** "Chrome 142 on Linux"; what is not recognised stays as it was said. */
export function describeUserAgent(userAgent: string | null): string {
  const text = userAgent?.trim() ?? ''
  if (text === '') return 'A browser that does not say what it is'
  const browser = findFirst(browsers, text)
  const system = findFirst(systems, text)
  if (browser) return `${browser}${system ? ` on ${system}` : ''}`
  return text.length > mostLength ? `${text.slice(0, mostLength)} …` : text
}

function findFirst(known: readonly (readonly [RegExp, string])[], text: string): string | undefined {
  for (const [pattern, name] of known) {
    const match = pattern.exec(text)
    if (match) return match[1] ? `${name} ${match[1]}` : name
  }
  return undefined
}
