import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { RouterProvider } from '@tanstack/react-router'
import { Provider } from 'urql'
import { api, router } from './router'
import { cssVariables, theme } from './theme'

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} zIndex={400} />
      <Provider value={api.client}>
        <RouterProvider router={router} />
      </Provider>
    </MantineProvider>
  )
}
