import { Alert, Anchor, Avatar, Badge, Button, Card, createTheme, type CSSVariablesResolver, type MantineColorsTuple, Menu, Modal, NavLink, Paper, Select, Table, Tabs, Tooltip } from '@mantine/core'
import { longOption } from '@/ui/LongOption'

const arpent: MantineColorsTuple = ['#e8f8f1', '#d2efe3', '#a5dfc7', '#74cfaa', '#4dc192', '#2fae7c', '#189268', '#0b7a56', '#086547', '#044f37']
const dark: MantineColorsTuple = ['#dcdee3', '#b3b7c0', '#969ba6', '#6a6f7b', '#363a43', '#2a2d35', '#202329', '#15171b', '#101215', '#0a0b0d']

/** Alerts in the portal's own tones, whose contrast is known. */
const tone = (name: string) => ({ '--alert-color': `var(--arpent-${name})`, '--alert-bg': `var(--arpent-${name}-bg)`, '--alert-bd': `1px solid color-mix(in srgb, var(--arpent-${name}) 30%, transparent)` })
const ALERTS: Record<string, Record<string, string>> = { red: tone('destroy'), yellow: tone('change'), green: tone('add'), blue: tone('info'), gray: tone('quiet') }

/** The look of the whole portal. Components that need more say so in their own CSS module. */
export const theme = createTheme({
  primaryColor: 'arpent',
  primaryShade: { light: 7, dark: 7 },
  colors: { arpent, dark },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, SFMono-Regular, Menlo, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem', lineHeight: '1.3' }, h2: { fontSize: '1.0625rem', lineHeight: '1.4' }, h3: { fontSize: '0.9375rem', lineHeight: '1.4' } },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    Alert: Alert.extend({ vars: (_theme, { color }) => ({ root: ALERTS[color ?? ''] ?? {} }) }),
    Anchor: Anchor.extend({ defaultProps: { inherit: true } }),
    Avatar: Avatar.extend({ defaultProps: { allowedInitialsColors: ['blue', 'indigo', 'violet', 'grape', 'pink'] } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } }),
    Button: Button.extend({ defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 550 } } }),
    Card: Card.extend({ defaultProps: { withBorder: true, radius: 'lg' } }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }), // an element in a menu that is no item of it
    // What heads a dialog is no banner: a page has one.
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'presentation' } }, centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4, blur: 2 } }, styles: { title: { fontWeight: 620, fontSize: '1.0625rem' } } }),
    NavLink: NavLink.extend({ defaultProps: { variant: 'light' } }),
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    Select: Select.extend({ defaultProps: { renderOption: longOption }, styles: { input: { textOverflow: 'ellipsis' } } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: false } } }),
  },
})

/** Greys that reach the contrast people need, and the surfaces the portal is made of. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5b626b',
    '--mantine-color-placeholder': '#6b727b',
    '--mantine-color-error': '#c92a2a',
    '--arpent-sunken': '#f7f8f8',
    '--arpent-line': '#e6e8ea',
    '--arpent-hover': '#f1f3f4',
    '--arpent-add': '#0b6b3a',
    '--arpent-add-bg': '#e9f7ee',
    '--arpent-change': '#8a5200',
    '--arpent-change-bg': '#fff5e0',
    '--arpent-destroy': '#b3261e',
    '--arpent-destroy-bg': '#fdecea',
    '--arpent-info': '#175a94',
    '--arpent-info-bg': '#e8f2fc',
    '--arpent-quiet': '#495057',
    '--arpent-quiet-bg': '#f4f5f6',
  },
  dark: {
    '--mantine-color-dimmed': '#979da8',
    '--mantine-color-placeholder': '#878d99',
    '--mantine-color-error': '#ff8787',
    '--arpent-sunken': '#101215',
    '--arpent-line': '#282b33',
    '--arpent-hover': '#1d2026',
    '--arpent-add': '#6fd79b',
    '--arpent-add-bg': '#12281c',
    '--arpent-change': '#f2bd63',
    '--arpent-change-bg': '#2c2312',
    '--arpent-destroy': '#ff9a90',
    '--arpent-destroy-bg': '#321716',
    '--arpent-info': '#8ec5f5',
    '--arpent-info-bg': '#12263a',
    '--arpent-quiet': '#b3b7c0',
    '--arpent-quiet-bg': '#1d2026',
  },
})
