/** Sets a mark that tests look for: whoever runs it has treated text as markup. */
export const markup =
  '<script>window.wasRun="script"</script><img src=x onerror="window.wasRun=\'image\'"><svg onload="window.wasRun=\'svg\'">'

/** Turns the rest of a line around, and hides characters. */
export const bidirectional = 'safe\u202Egpj.exe\u2066 \u200B\u200D\uFEFFend'
export const combining = `Z${'\u0351\u0327\u0489'.repeat(30)}algo`
export const control =
  'bell\u0007 back\b\b\b null\u0000 tab\t vertical\u000B form\f escape\u001B]0;title\u0007 c1\u009B31m'
export const ansi =
  '\u001B[31mred\u001B[0m \u001B[1;38;5;208morange\u001B[0m \u001B[48;2;0;0;255mblue\u001B[0m \u001B[2J\u001B[H\u001B[999;999Hcleared \u001B[8mhidden\u001B[0m \u001B[31'
export const link = 'javascript:window.wasRun="link" data:text/html,<script>window.wasRun="data"</script>'
export const loneSurrogate = 'half \uD83D of a pair'
export const unbroken = 'x'.repeat(400)

export const nastyTexts = [
  markup,
  bidirectional,
  combining,
  ansi,
  link,
  loneSurrogate,
  unbroken,
  '',
  ' ',
  '{{constructor.constructor("window.wasRun=1")()}}',
  '__proto__',
] as const

/** Valid names of apps that are also something else to a careless program. */
export const nastyNames = [
  'constructor',
  'new',
  'null',
  'undefined',
  'valueof',
  'a',
  'a--------------------------------------b',
  'wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww',
  'settings',
  'api',
  'v1',
] as const
