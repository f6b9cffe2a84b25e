import { digNames, type Json } from './look.ts'

/** Those that the official image has not compiled in, and what to install for them. */
export const phpExtensions: Record<string, readonly string[]> = {
  bcmath: [],
  exif: [],
  gd: ['libfreetype-dev', 'libjpeg62-turbo-dev', 'libpng-dev'],
  intl: ['libicu-dev'],
  mysqli: [],
  pcntl: [],
  pdo_mysql: [],
  pdo_pgsql: ['libpq-dev'],
  pgsql: ['libpq-dev'],
  soap: ['libxml2-dev'],
  zip: ['libzip-dev'],
}

/** Those that it has compiled in. */
const builtIn = new Set([
  ...['ctype', 'curl', 'date', 'dom', 'fileinfo', 'filter', 'hash', 'iconv', 'json', 'libxml', 'mbstring', 'openssl'],
  ...['pcre', 'pdo', 'pdo_sqlite', 'phar', 'posix', 'random', 'readline', 'reflection', 'session', 'simplexml'],
  ...['sodium', 'spl', 'sqlite3', 'standard', 'tokenizer', 'xml', 'xmlreader', 'xmlwriter', 'zend-opcache', 'zlib'],
])

const isKnown = (name: string) => Object.hasOwn(phpExtensions, name)

export function listExtensions(manifest: Json, isLaravel: boolean): string[] {
  const usual = isLaravel ? ['bcmath', 'pdo_mysql', 'pdo_pgsql', 'zip'] : []
  return [...new Set([...namedIn(manifest), ...usual])].filter(isKnown).sort()
}

/** As composer.json names them. */
export const listMissingExtensions = (manifest: Json): string[] =>
  namedIn(manifest)
    .filter((name) => !isKnown(name) && !builtIn.has(name))
    .map((name) => `ext-${name}`)

const namedIn = (manifest: Json) =>
  digNames(manifest, 'require').flatMap((name) => /^ext-(.*)$/.exec(name)?.[1]?.toLowerCase() ?? [])
