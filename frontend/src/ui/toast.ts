import { notifications } from '@mantine/notifications'

/** Short messages in the corner. Errors stay until they are closed: they have to be read. */
export const toast = {
  success: (message: string) => notifications.show({ message, color: 'green', autoClose: 4_000, withBorder: true }),
  info: (message: string) => notifications.show({ message, color: 'gray', autoClose: 5_000, withBorder: true }),
  error: (message: string) => notifications.show({ message, color: 'red', autoClose: false, withBorder: true, role: 'alert' }),
}
