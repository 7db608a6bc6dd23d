import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import './app/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { initialLanguage, startI18n } from './app/i18n'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

await startI18n(initialLanguage())
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
