import { phpExtensions } from '../detection/php-extensions.ts'
import type { PhpRecipe } from '../detection/recipe.ts'
import { copyInPlace, envLine, execForm, installPackages, type Stage, shellWord } from './dockerfile-text.ts'

export function phpStages(recipe: PhpRecipe): Stage[] {
  const packages = recipe.manifests.length > 0 ? [packagesStage(recipe)] : []
  return [...packages, ...(recipe.hasAssets ? [assetsStage] : []), runStage(recipe)]
}

function packagesStage({ manifests, needsSourceToInstall }: PhpRecipe): Stage {
  const install =
    'composer install --no-dev --no-scripts --no-autoloader --prefer-dist --no-interaction --ignore-platform-reqs'
  return {
    why: needsSourceToInstall
      ? 'The packages, of which some lie in the sources.'
      : 'The packages. They come before the sources: they are fetched again only when composer.json or its lock changes.',
    lines: [
      'FROM composer:2 AS packages',
      'WORKDIR /app',
      ...(needsSourceToInstall ? [] : copyInPlace(manifests)),
      needsSourceToInstall && 'COPY . .',
      `RUN ${install}`,
      !needsSourceToInstall && 'COPY . .',
      'RUN composer dump-autoload --no-dev --no-scripts --optimize',
    ],
  }
}

const assetsStage: Stage = {
  why: 'What browsers get.',
  lines: [
    'FROM node:26-bookworm-slim AS assets',
    'WORKDIR /app',
    'COPY package*.json ./',
    'RUN npm install --no-audit --no-fund',
    'COPY . .',
    'RUN npm run build',
  ],
}

function runStage(recipe: PhpRecipe): Stage {
  const { version, extensions, documentRoot, manifests, hasAssets, port, startCommand, environment } = recipe
  const libraries = extensions.flatMap((name) => phpExtensions[name] ?? [])
  const root = documentRoot === '' ? '/var/www/html' : `/var/www/html/${documentRoot}`
  const isPackaged = manifests.length > 0
  return {
    why: 'What runs: Apache without rights, which can listen on high ports only.',
    lines: [
      `FROM php:${version}-apache`,
      installPackages(libraries),
      installExtensions(extensions),
      envLine({ ...environment, PORT: `${port}` }),
      'RUN a2enmod rewrite \\',
      ` && sed -i 's/^Listen 80$/Listen \${PORT}/' /etc/apache2/ports.conf \\`,
      ` && sed -i -e 's/:80>/:\${PORT}>/' -e ${shellWord(`s#/var/www/html#${root}#`)} /etc/apache2/sites-available/000-default.conf \\`,
      ' && mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"',
      isPackaged ? 'COPY --from=packages --chown=www-data:www-data /app ./' : 'COPY --chown=www-data:www-data . .',
      hasAssets && 'COPY --from=assets --chown=www-data:www-data /app/public/build ./public/build',
      'USER www-data',
      `EXPOSE ${port}`,
      `CMD ${execForm(startCommand)}`,
    ],
  }
}

/** What gd can read is said before it is compiled. */
function installExtensions(names: readonly string[]): string | false {
  if (names.length === 0) return false
  const configure = names.includes('gd') ? 'docker-php-ext-configure gd --with-freetype --with-jpeg \\\n && ' : ''
  return `RUN ${configure}docker-php-ext-install ${names.join(' ')}`
}
