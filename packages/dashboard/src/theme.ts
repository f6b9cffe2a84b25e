import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Popover,
  Tooltip,
} from '@mantine/core'

// Deep water: dark enough for white text at 6 and up, light enough on dark ground at 3 and below.
const petrol: MantineColorsTuple = [
  '#e8f4f8',
  '#cfe7ef',
  '#9fd0e0',
  '#63b8d1',
  '#35a0bf',
  '#1b86a6',
  '#0d6380',
  '#0b5871',
  '#094a5f',
  '#073b4c',
]

const gray: MantineColorsTuple = [
  '#f6f7f8',
  '#eef0f2',
  '#dfe3e6',
  '#c9d0d5',
  '#a9b3ba',
  '#84909a',
  '#64717c',
  '#52606b',
  '#333f48',
  '#182026',
]

const dark: MantineColorsTuple = [
  '#e3e9ed',
  '#b9c4cc',
  '#9aa7b1',
  '#66747f',
  '#33404a',
  '#262f36',
  '#1b2227',
  '#12171b',
  '#0e1316',
  '#0a0e11',
]

export const theme = createTheme({
  colors: { petrol, gray, dark },
  primaryColor: 'petrol',
  primaryShade: { light: 6, dark: 6 },
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2.25rem' },
  headings: {
    fontWeight: '620',
    textWrap: 'balance',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h4: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  shadows: {
    sm: '0 1px 2px rgb(10 20 26 / 8%)',
    md: '0 4px 16px rgb(10 20 26 / 12%)',
    lg: '0 12px 40px rgb(10 20 26 / 20%)',
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Button: Button.extend({ defaultProps: { fw: 560 } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: 'md',
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Popover: Popover.extend({ defaultProps: { radius: 'md', shadow: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: false, openDelay: 250, radius: 'sm' } }),
  },
})

/** Beside Mantine's own: the colours of theme.css take the places that Mantine's components read. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--ground)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--soft)',
    '--mantine-color-placeholder': 'var(--soft)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--tone-bad)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
  }
  return { variables: {}, light: both, dark: both }
}
